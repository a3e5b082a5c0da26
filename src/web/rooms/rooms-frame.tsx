import { useState } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Mark } from '../parts/mark.tsx';
import { RoomScreen } from '../room/room-screen.tsx';
import { useObservable } from '../state/observable.ts';
import type { RoomSession } from '../state/room-session.ts';
import { ElsewhereAnnouncer } from './elsewhere-announcer.tsx';
import { RoomList } from './room-list.tsx';
import styles from './rooms-frame.module.css';

/** The room on the screen, and the way to the others: beside it where there is space, else in a drawer. Nothing of it for a single room. */
export function RoomsFrame({ session }: { session: RoomSession }) {
  const t = useTexts();
  const { list, page } = useSurroundings();
  const rooms = useObservable(list);
  const [drawer, setDrawer] = useState(false);
  const several = rooms.length > 1;
  const choose = (room: string) => {
    setDrawer(false);
    page.show(room);
  };
  return (
    <div className={styles['frame']} data-several={several || undefined}>
      {several && (
        <nav className={styles['side']} aria-label={t.roomsTitle}>
          <p className={styles['brand']}>
            <Mark size={26} />
            <span translate="no">Corrillo</span>
          </p>
          <RoomList rooms={rooms} current={session.room} onChoose={choose} />
        </nav>
      )}
      <RoomScreen key={session.room} session={session} onRooms={several ? () => setDrawer(true) : null} />
      <Dialog open={drawer} onClose={() => setDrawer(false)} title={t.roomsTitle} shape="drawer">
        <nav aria-label={t.roomsTitle}>
          <RoomList rooms={rooms} current={session.room} onChoose={choose} />
        </nav>
      </Dialog>
      <ElsewhereAnnouncer rooms={rooms} current={session.room} />
    </div>
  );
}
