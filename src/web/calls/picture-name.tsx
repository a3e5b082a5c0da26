import type { ReactNode } from 'react';
import styles from './picture-name.module.css';

/** Whose picture it is, on the picture: `className` says where. */
export function PictureName({ className = '', sign, children }: { className?: string | undefined; sign?: ReactNode; children: string }) {
  return (
    <p className={`${styles['name']} ${className}`}>
      {sign}
      <bdi>{children}</bdi>
    </p>
  );
}
