import styles from './progress.module.css';

interface ProgressProps {
  label: string;
  /** 0 … 1; null where nobody knows how much there is. */
  share: number | null;
  resting?: boolean;
}

/** How much of something is done. The browser's own element: screen readers know it, and ask when they want to. */
export function Progress({ label, share, resting = false }: ProgressProps) {
  return (
    <progress
      className={styles['bar']}
      aria-label={label}
      data-resting={resting || undefined}
      max={1}
      {...(share === null ? {} : { value: Math.min(1, share) })}
    />
  );
}
