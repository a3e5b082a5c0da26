import { initialOf } from '../state/tones.ts';
import styles from './initial-disk.module.css';

/** Somebody's letter where a picture would be: `className` says how large. Who it is stands beside it. */
export function InitialDisk({ name, className = '' }: { name: string; className?: string | undefined }) {
  return (
    <span className={`${styles['disk']} ${className}`} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}
