import { useEffect, useState } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import { KnockStrip } from '../door/knock-strip.tsx';
import { later } from '../parts/later.tsx';
import { DropZone } from '../files/drop-zone.tsx';
import { FileAnnouncer } from '../files/file-announcer.tsx';
import { MembersPanel } from '../people/members-panel.tsx';
import { useObservable } from '../state/observable.ts';
import { countWaiting } from '../state/room-list.ts';
import type { RoomSession } from '../state/room-session.ts';
import { isSaid } from '../state/rows.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { canWrite, Composer } from '../writing/composer.tsx';
import { Announcer } from './announcer.tsx';
import type { Overlay } from './overlay.ts';
import { useRoomName } from './room-name.ts';
import { RoomHeader } from './room-header.tsx';
import styles from './room-screen.module.css';

/** Fetched with the first file that is on its way. */
const Tray = later(async () => (await import('../files/tray.tsx')).Tray);
/** Fetched when there is time for it. */
const Overlays = later(async () => (await import('./overlays.tsx')).Overlays);

/** One room. `onRooms` opens the list of the others, where there are any. */
export function RoomScreen({ session, onRooms }: { session: RoomSession; onRooms: (() => void) | null }) {
  const t = useTexts();
  const { list, desk } = useSurroundings();
  const transfers = useObservable(desk.transfers).length;
  const room = useObservable(session);
  const rooms = useObservable(list);
  const { view } = room;
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  /** Dialogs stay, so that each can fade out. */
  const [opened, setOpened] = useState(false);
  if (overlay !== null && !opened) setOpened(true);
  const title = useRoomName(room);
  const unread = room.items.filter((item) => isSaid(item) && !item.own && item.seq > view.readUpTo).length;
  const waiting = unread + countWaiting(rooms, session.room);

  const canSend = canWrite(view);

  // The first moments belong to the conversation.
  useEffect(() => {
    const timer = setTimeout(Overlays.fetch, 1_000);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${title} · Corrillo`;
  }, [title, waiting]);

  return (
    <div className={styles['screen']}>
      <main className={styles['main']}>
        <RoomHeader room={room} title={title} onOpen={setOverlay} onRooms={onRooms} elsewhere={waiting - unread} />
        <KnockStrip session={session} knocks={view.knocks} />
        <Timeline
          session={session}
          room={room}
          unread={unread}
          title={title}
          onInvite={() => setOverlay({ kind: 'invite' })}
          onOpen={setOverlay}
        />
        {transfers > 0 && (
          <div className={styles['tray']}>
            <Tray room={session.room} />
          </div>
        )}
        <Composer session={session} room={room} title={title} onOpen={setOverlay} />
      </main>
      <aside className={styles['aside']} aria-label={t.membersTitle}>
        <MembersPanel session={session} room={room} onOpen={setOverlay} />
      </aside>
      <DropZone title={title} open={canSend} onPicks={(picks) => void desk.send(session.room, picks)} onProblem={session.report} />
      <FileAnnouncer />
      <Announcer heard={room.heard} />
      {opened && <Overlays session={session} room={room} overlay={overlay} onOpen={setOverlay} />}
    </div>
  );
}
