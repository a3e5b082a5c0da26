import type { RoomSession, RoomSnapshot } from '../state/room-session.ts';
import type { OnOpen } from '../room/overlay.ts';
import { Closed } from './closed.tsx';
import styles from './composer.module.css';
import { Writing } from './writing.tsx';

export interface ComposerProps {
  session: RoomSession;
  room: RoomSnapshot;
  /** What the room is called. */
  title: string;
  onOpen: OnOpen;
}

/** Where one writes; where one may not any more, it says why. */
export function Composer(props: ComposerProps) {
  const { phase, access, peer, members } = props.room.view;
  const alone = access === 'direct' && peer !== null && !members.some(({ device }) => device === peer);
  return <footer className={styles['footer']}>{phase === 'ready' && !alone ? <Writing {...props} /> : <Closed {...props} />}</footer>;
}
