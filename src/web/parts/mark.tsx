import styles from './mark.module.css';

/** Five people standing in a ring: what a corrillo is. `turning` while something is under way. */
export function Mark({ size = 28, turning = false }: { size?: number; turning?: boolean }) {
  return (
    <svg
      className={turning ? `${styles['mark']} ${styles['turning']}` : styles['mark']}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
    >
      <circle cx="16" cy="6.5" r="4.6" />
      <circle cx="25.5" cy="13.4" r="4.6" />
      <circle cx="21.9" cy="24.6" r="4.6" />
      <circle cx="10.1" cy="24.6" r="4.6" />
      <circle cx="6.5" cy="13.4" r="4.6" />
    </svg>
  );
}
