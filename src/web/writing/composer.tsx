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

/** A room that is left, or whose other one is, takes nothing any more. */
export function canWrite({ phase, access, peer, members }: RoomSnapshot['view']): boolean {
  const alone = access === 'direct' && peer !== null && !members.some(({ device }) => device === peer);
  return phase === 'ready' && !alone;
}

/** Where one writes; where one may not any more, it says why. */
export function Composer(props: ComposerProps) {
  return <footer className={styles['footer']}>{canWrite(props.room.view) ? <Writing {...props} /> : <Closed {...props} />}</footer>;
}
