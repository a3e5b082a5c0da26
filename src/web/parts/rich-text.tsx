import { useMemo } from 'react';
import { showControls, splitLinks } from '../state/plain-text.ts';
import styles from './rich-text.module.css';

/** Somebody's text: React text nodes and links, nothing else. The element around it sets `dir="auto"`. */
export function RichText({ text }: { text: string }) {
  const parts = useMemo(() => splitLinks(showControls(text)), [text]);
  return parts.map(({ text: piece, href }, i) =>
    href === undefined ? (
      piece
    ) : (
      <a key={i} className={styles['link']} href={href} target="_blank" rel="noopener noreferrer" dir="ltr">
        {piece}
      </a>
    ),
  );
}
