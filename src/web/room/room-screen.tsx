import { useEffect, useState } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import { KnockStrip } from '../door/knock-strip.tsx';
import { MembersPanel } from '../people/members-panel.tsx';
import { useObservable } from '../state/observable.ts';
import { countWaiting } from '../state/room-list.ts';
import type { RoomSession } from '../state/room-session.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { Composer } from '../writing/composer.tsx';
import { Announcer } from './announcer.tsx';
import type { Overlay } from './overlay.ts';
import { Overlays } from './overlays.tsx';
import { useRoomName } from './room-name.ts';
import { RoomHeader } from './room-header.tsx';
import styles from './room-screen.module.css';

/** One room. `onRooms` opens the list of the others, where there are any. */
export function RoomScreen({ session, onRooms }: { session: RoomSession; onRooms: (() => void) | null }) {
  const t = useTexts();
  const { list } = useSurroundings();
  const room = useObservable(session);
  const rooms = useObservable(list);
  const { view } = room;
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const title = useRoomName(room);
  const unread = room.items.filter((item) => item.kind === 'text' && !item.own && item.seq > view.readUpTo).length;
  const waiting = unread + countWaiting(rooms, session.room);

  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${title} · Corrillo`;
  }, [title, waiting]);

  return (
    <div className={styles['screen']}>
      <main className={styles['main']}>
        <RoomHeader room={room} title={title} onOpen={setOverlay} onRooms={onRooms} elsewhere={waiting - unread} />
        <KnockStrip session={session} knocks={view.knocks} />
        <Timeline session={session} room={room} unread={unread} title={title} onInvite={() => setOverlay({ kind: 'invite' })} />
        <Composer session={session} room={room} title={title} onOpen={setOverlay} />
      </main>
      <aside className={styles['aside']} aria-label={t.membersTitle}>
        <MembersPanel session={session} room={room} onOpen={setOverlay} />
      </aside>
      <Announcer heard={room.heard} />
      <Overlays session={session} room={room} overlay={overlay} onOpen={setOverlay} />
    </div>
  );
}
