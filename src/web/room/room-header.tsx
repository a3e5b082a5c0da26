import { Menu } from '@base-ui/react/menu';
import { EllipsisVertical, LogOut, PenLine, UserPlus, Users } from 'lucide-react';
import { useTexts } from '../context.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { Mark } from '../parts/mark.tsx';
import menu from '../parts/menu.module.css';
import { showControls } from '../state/plain-text.ts';
import { isLive, type RoomSnapshot } from '../state/room-session.ts';
import styles from './room-header.module.css';
import type { Overlay } from './room-screen.tsx';

export function RoomHeader({ room, title, onOpen }: { room: RoomSnapshot; title: string; onOpen(overlay: Overlay): void }) {
  const t = useTexts();
  const { view } = room;
  const inside = view.phase === 'ready';
  const here = view.members.filter((member) => member.here).length;
  const count = isLive(room) ? here : view.members.length;
  return (
    <header className={styles['header']}>
      <Mark size={30} turning={room.connection.state !== 'connected'} />
      <div className={styles['names']}>
        <h1 className={styles['title']} dir="auto">
          {showControls(title)}
        </h1>
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
      {inside && (
        <Menu.Root>
          <Menu.Trigger render={<IconButton label={t.menu} />}>
            <EllipsisVertical size={20} aria-hidden="true" />
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Positioner className={menu['positioner']} side="bottom" align="end" sideOffset={6}>
              <Menu.Popup className={menu['popup']}>
                <Menu.Item className={menu['item']} onClick={() => onOpen({ kind: 'rename' })}>
                  <PenLine size={18} aria-hidden="true" />
                  {t.rename}
                </Menu.Item>
                <Menu.Item className={`${menu['item']} ${menu['danger']}`} onClick={() => onOpen({ kind: 'leave' })}>
                  <LogOut size={18} aria-hidden="true" />
                  {t.leave}
                </Menu.Item>
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      )}
    </header>
  );
}

/** One quiet line: who is here while all is well, else what is wrong and that it mends itself. */
function RoomState({ room, here }: { room: RoomSnapshot; here: number }) {
  const t = useTexts();
  const { view, connection } = room;
  const [text, tone] =
    view.phase !== 'ready' && view.phase !== 'joining'
      ? ['', 'calm']
      : connection.state === 'offline'
        ? [t.offline, 'warn']
        : connection.state === 'connecting'
          ? [t.connecting, 'wait']
          : !isLive(room)
            ? [t.catchingUp, 'wait']
            : [t.here(here), 'calm'];
  return (
    <output className={styles['state']} data-tone-of={tone} data-connection={connection.state}>
      {text}
    </output>
  );
}
