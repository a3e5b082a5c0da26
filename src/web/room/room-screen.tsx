import { useEffect, useState } from 'react';
import { useRingingTitle } from '../calls/use-ringing.ts';
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
/** Fetched with the first call that there is. */
const CallStrip = later(async () => (await import('../calls/call-strip.tsx')).CallStrip);
const CallStage = later(async () => (await import('../calls/call-stage.tsx')).CallStage);
/** Fetched when there is time for it. */
const Overlays = later(async () => (await import('./overlays.tsx')).Overlays);

/** One room. `onRooms` opens the list of the others, where there are any. */
export function RoomScreen({ session, onRooms }: { session: RoomSession; onRooms: (() => void) | null }) {
  const t = useTexts();
  const { list, desk, callDesk } = useSurroundings();
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

  const called = useRingingTitle(`${waiting > 0 ? `(${waiting}) ` : ''}${title} · Corrillo`);
  useEffect(() => {
    document.title = called;
  }, [called]);

  const { call, before, talk, problems } = useObservable(callDesk.screen);
  const roomy = useObservable(callDesk.roomy);
  const calling = call?.room === session.room && before === null;
  const onlyCall = calling && !talk;
  const onlyTalk = !calling || (talk && !roomy);
  const callAround = useObservable(callDesk.calls).has(session.room) || problems.length > 0;
  // What is going to be needed when somebody joins is there then.
  useEffect(() => {
    if (before) CallStage.fetch();
  }, [before]);

  return (
    <div className={styles['screen']} data-calling={calling || undefined} data-only-call={onlyCall || undefined}>
      <main className={styles['main']}>
        <RoomHeader room={room} title={title} onOpen={setOverlay} onRooms={onRooms} elsewhere={waiting - unread} calling={calling} />
        {!calling && callAround && <CallStrip room={session.room} />}
        <KnockStrip session={session} knocks={view.knocks} />
        <div className={styles['both']}>
          {!onlyTalk && (
            <div className={styles['call']}>
              <CallStage room={room} title={title} unread={unread} />
            </div>
          )}
          {!onlyCall && (
            <div className={styles['talk']}>
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
            </div>
          )}
        </div>
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
