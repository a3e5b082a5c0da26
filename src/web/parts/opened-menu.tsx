import { Menu } from '@base-ui/react/menu';
import { useEffect, useRef } from 'react';
import type { Beginning, MenuButtonProps } from './menu-button.tsx';
import styles from './menu.module.css';

/** The menu itself, and its button. */
export function OpenedMenu({ entries, side = 'bottom', align = 'end', begin, ...button }: MenuButtonProps & { begin: Beginning }) {
  const trigger = useRef<HTMLButtonElement>(null);
  const first = useRef(begin);
  useEffect(() => {
    const what = first.current;
    first.current = 'nothing';
    if (what !== 'nothing') trigger.current?.focus();
    // As the key does it: the first entry has the focus then.
    if (what === 'open') trigger.current?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
  }, []);
  return (
    <Menu.Root>
      <Menu.Trigger ref={trigger} {...button} />
      <Menu.Portal>
        <Menu.Positioner className={styles['positioner']} side={side} align={align} sideOffset={6}>
          <Menu.Popup className={styles['popup']}>
            {entries.map(({ label, icon, danger = false, choose }) => (
              <Menu.Item key={label} className={danger ? `${styles['item']} ${styles['danger']}` : styles['item']} onClick={choose}>
                {icon}
                {label}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
