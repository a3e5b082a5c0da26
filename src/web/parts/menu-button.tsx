import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from 'react';
import { untilLoaded } from '../state/until-loaded.ts';
import type { OpenedMenu } from './opened-menu.tsx';

export interface MenuEntry {
  readonly label: string;
  readonly icon: ReactNode;
  readonly danger?: boolean;
  choose(): void;
}

export interface MenuButtonProps extends Omit<ComponentProps<'button'>, 'type'> {
  entries: readonly MenuEntry[];
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
}

/** What is to be done with the menu's button as soon as it is there. */
export type Beginning = 'nothing' | 'focus' | 'open';

let found: typeof OpenedMenu | undefined;
let finding: Promise<typeof OpenedMenu> | undefined;
const find = () => (finding ??= untilLoaded(async () => (await import('./opened-menu.tsx')).OpenedMenu).then((menu) => (found = menu)));

/**
 * A button that opens a menu. What draws menus is no part of a first visit: until it is there, this is a plain button, which remembers to have
 * been pressed, and whose focus goes to the one in its place.
 */
export function MenuButton(props: MenuButtonProps) {
  const [menu, setMenu] = useState(() => found && { Found: found, begin: 'nothing' as Beginning });
  const plain = useRef<HTMLButtonElement>(null);
  const pressed = useRef(false);
  useEffect(() => {
    if (menu) return undefined;
    let over = false;
    void find().then((Found) => {
      const begin = pressed.current ? 'open' : document.activeElement === plain.current ? 'focus' : 'nothing';
      if (!over) setMenu({ Found, begin });
    });
    return () => {
      over = true;
    };
  }, [menu]);
  if (menu) return <menu.Found {...props} begin={menu.begin} />;
  const { entries: _entries, side: _side, align: _align, ...button } = props;
  const press = () => {
    pressed.current = true;
  };
  return <button ref={plain} type="button" aria-haspopup="menu" aria-expanded={false} {...button} onClick={press} />;
}
