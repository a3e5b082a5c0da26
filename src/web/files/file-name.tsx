import { showName } from '../state/plain-text.ts';
import styles from './file-name.module.css';

/** Letters of the end that stay when a long name is shortened: what it ends in says what it is. */
const TAIL = 8;
/** Shorter ones are not taken apart. */
const SHORT = 14;

/** Somebody's name for a file: it cannot turn the text around it, hides nothing, and is shortened in its middle. */
export function FileName({ name }: { name: string }) {
  const shown = showName(name);
  const letters = Array.from(shown);
  if (letters.length <= SHORT) {
    return (
      <bdi className={styles['name']} title={shown}>
        <span className={styles['head']}>{shown}</span>
      </bdi>
    );
  }
  return (
    <bdi className={styles['name']} title={shown}>
      <span className="said">{shown}</span>
      <span className={styles['head']} aria-hidden="true">
        {letters.slice(0, -TAIL).join('')}
      </span>
      <span className={styles['tail']} aria-hidden="true">
        {letters.slice(-TAIL).join('')}
      </span>
    </bdi>
  );
}
