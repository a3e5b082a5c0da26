import styles from './words.module.css';

/** Five words to be read aloud. They are the same in every language, so nothing may translate them. */
export function Words({ words, size = 'm', label }: { words: readonly string[]; size?: 's' | 'm' | 'l'; label?: string }) {
  return (
    <ol className={styles['words']} data-size={size} translate="no" lang="en" aria-label={label}>
      {words.map((word, i) => (
        <li key={i}>{word}</li>
      ))}
    </ol>
  );
}
