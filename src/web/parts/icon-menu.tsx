import buttons from './button.module.css';
import { MenuButton, type MenuButtonProps } from './menu-button.tsx';

/** A round button with a symbol alone that opens a menu; `label` is its name and its tooltip. */
export function IconMenu({ label, className, ...rest }: MenuButtonProps & { label: string }) {
  return <MenuButton className={[buttons['icon'], className].join(' ')} aria-label={label} title={label} {...rest} />;
}
