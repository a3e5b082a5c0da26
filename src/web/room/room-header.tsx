import { LockOpen, PanelLeft, UserPlus, Users } from 'lucide-react';
import { CallButton } from '../calls/call-button.tsx';
import { useTexts } from '../context.tsx';
import { Badge } from '../parts/badge.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import { ComparedMark, PersonDisk } from '../parts/person.tsx';
import { isLive, type RoomSnapshot } from '../state/room-session.ts';
import { canWrite } from '../writing/composer.tsx';
import type { OnOpen } from './overlay.ts';
import styles from './room-header.module.css';
import { RoomMenu } from './room-menu.tsx';
import { RoomState } from './room-state.tsx';

interface HeaderProps {
  room: RoomSnapshot;
  title: string;
  onOpen: OnOpen;
  /** Opens the list of rooms; null where this is the only one. */
  onRooms: (() => void) | null;
  /** What waits in other rooms and at doors. */
  elsewhere: number;
  /** A call is where else the list of people stands. */
  calling: boolean;
}

export function RoomHeader({ room, title, onOpen, onRooms, elsewhere, calling }: HeaderProps) {
  const t = useTexts();
  const { view } = room;
  const direct = view.access === 'direct';
  const peer = view.members.find(({ device }) => device === view.peer);
  const here = view.members.filter((member) => member.here).length;
  const count = isLive(room) ? here : view.members.length;
  return (
    <header className={styles['header']} data-calling={calling || undefined}>
      {onRooms && (
        <span className={styles['rooms']}>
          <IconButton label={t.roomsOpen(elsewhere)} onClick={onRooms}>
            <PanelLeft size={20} aria-hidden="true" />
          </IconButton>
          <Badge count={elsewhere} />
        </span>
      )}
      {direct ? (
        <PersonDisk device={view.peer ?? ''} name={title} away={!peer?.here} />
      ) : (
        !onRooms && <Mark size={30} turning={room.connection.state !== 'connected'} />
      )}
      <div className={styles['names']} data-open={view.access === 'open' || undefined}>
        <div className={styles['line']}>
          <h1 className={styles['title']} dir="auto">
            {title}
          </h1>
          {peer?.verified && <ComparedMark how={peer.verified} />}
          {view.access === 'open' && (
            <span className={styles['open']} title={t.openRoomText}>
              <LockOpen size={13} aria-hidden="true" />
              <span>{t.openRoom}</span>
            </span>
          )}
        </div>
        <RoomState room={room} here={here} />
      </div>
      {view.canInvite && (
        <Button className={styles['invite']} icon={<UserPlus size={18} aria-hidden="true" />} onClick={() => onOpen({ kind: 'invite' })}>
          {t.invite}
        </Button>
      )}
      <button
        type="button"
        className={styles['people']}
        aria-label={`${t.members}: ${count}`}
        title={t.members}
        onClick={() => onOpen({ kind: 'members' })}
      >
        <Users size={20} aria-hidden="true" />
        <span aria-hidden="true">{count}</span>
      </button>
      {canWrite(view) && <CallButton room={view.room} className={styles['invite']} />}
      <RoomMenu inside={view.phase === 'ready'} onOpen={onOpen} />
    </header>
  );
}
