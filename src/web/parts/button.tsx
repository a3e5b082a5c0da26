import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';

type Look = 'main' | 'quiet' | 'danger';

export interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  icon?: ReactNode;
}

export function Button({ look = 'quiet', icon, children, className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={[styles['button'], styles[look], className].join(' ')} {...rest}>
      {icon}
      {children !== undefined && <span className={styles['label']}>{children}</span>}
    </button>
  );
}

/** A round button with a symbol alone; `label` is its name for everybody who cannot see it, and its tooltip. */
export function IconButton({ label, children, className, type = 'button', ...rest }: ComponentProps<'button'> & { label: string }) {
  return (
    <button type={type} className={[styles['icon'], className].join(' ')} aria-label={label} title={label} {...rest}>
      {children}
    </button>
  );
}
