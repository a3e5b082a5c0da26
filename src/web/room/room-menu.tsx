import { Menu } from '@base-ui/react/menu';
import { EllipsisVertical, LogOut, Network, PenLine } from 'lucide-react';
import { useTexts } from '../context.tsx';
import { IconButton } from '../parts/button.tsx';
import menu from '../parts/menu.module.css';
import type { OnOpen } from './overlay.ts';

/** What is seldom needed. */
export function RoomMenu({ inside, onOpen }: { inside: boolean; onOpen: OnOpen }) {
  const t = useTexts();
  return (
    <Menu.Root>
      <Menu.Trigger render={<IconButton label={t.menu} />}>
        <EllipsisVertical size={20} aria-hidden="true" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className={menu['positioner']} side="bottom" align="end" sideOffset={6}>
          <Menu.Popup className={menu['popup']}>
            {inside && (
              <Menu.Item className={menu['item']} onClick={() => onOpen({ kind: 'rename' })}>
                <PenLine size={18} aria-hidden="true" />
                {t.rename}
              </Menu.Item>
            )}
            <Menu.Item className={menu['item']} onClick={() => onOpen({ kind: 'network' })}>
              <Network size={18} aria-hidden="true" />
              {t.network}
            </Menu.Item>
            {inside && (
              <Menu.Item className={`${menu['item']} ${menu['danger']}`} onClick={() => onOpen({ kind: 'leave' })}>
                <LogOut size={18} aria-hidden="true" />
                {t.leave}
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
