import type { ComponentProps, ReactNode } from 'react';
import styles from './sign-button.module.css';

interface SignButtonProps extends Omit<ComponentProps<'button'>, 'type'> {
  /** Its name; stays the same where `on` says the rest. */
  label: string;
  /** What it does now, as a tooltip. */
  hint?: string;
  /** A switch, and how it stands; absent: it only does something. */
  on?: boolean;
  look?: 'plain' | 'off' | 'end' | 'active';
  children: ReactNode;
}

/** A round button of a call, large enough for a thumb. */
export function SignButton({ label, hint = label, on, look = 'plain', children, className, ...rest }: SignButtonProps) {
  return (
    <button
      type="button"
      className={[styles['sign'], className].join(' ')}
      data-look={look}
      aria-label={label}
      title={hint}
      {...(on === undefined ? {} : { 'aria-pressed': on })}
      {...rest}
    >
      {children}
    </button>
  );
}
