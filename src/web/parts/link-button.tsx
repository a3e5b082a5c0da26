import type { ReactNode } from 'react';
import styles from './button.module.css';
import own from './link-button.module.css';

/** Leads somewhere, so it is a link; looks like the one thing to do. */
export function LinkButton({ href, children }: { href: string; children: ReactNode }) {
  return (
    <>
      <a className={`${styles['button']} ${styles['main']} ${own['link']}`} href={href}>
        {children}
      </a>
      <p className={own['address']} dir="ltr">
        {href}
      </p>
    </>
  );
}
