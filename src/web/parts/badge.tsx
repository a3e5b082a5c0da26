import styles from './badge.module.css';

/** How much is new, at the corner of a button. Its name says it too, so that this is for the eye alone. */
export function Badge({ count }: { count: number }) {
  return (
    count > 0 && (
      <span className={styles['badge']} aria-hidden="true">
        {count > 99 ? '99+' : count}
      </span>
    )
  );
}
