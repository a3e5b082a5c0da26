import { useTexts } from '../context.tsx';
import type { WebTexts } from '../../client/locales/languages.ts';
import { isLive, type RoomSnapshot } from '../state/room-session.ts';
import styles from './room-state.module.css';

/** One quiet line: who is here while all is well, else what is wrong and that it mends itself. */
export function RoomState({ room, here }: { room: RoomSnapshot; here: number }) {
  const t = useTexts();
  const [text, tone] = stateOf(room, here, t);
  return (
    <output className={styles['state']} data-tone-of={tone} data-connection={room.connection.state}>
      {text}
    </output>
  );
}

function stateOf(room: RoomSnapshot, here: number, t: WebTexts): readonly [text: string, tone: 'calm' | 'wait' | 'warn' | 'away'] {
  const { view, connection } = room;
  if (view.phase !== 'ready' && view.phase !== 'joining') return ['', 'calm'];
  if (connection.state === 'offline') return [t.offline, 'warn'];
  if (connection.state === 'connecting') return [t.connecting, 'wait'];
  if (!isLive(room)) return [t.catchingUp, 'wait'];
  if (view.access !== 'direct') return [t.here(here), 'calm'];
  const peer = view.members.find(({ device }) => device === view.peer);
  if (!peer) return [t.roomGone, 'away'];
  return peer.here ? [t.directHere, 'calm'] : [t.directAway, 'away'];
}
