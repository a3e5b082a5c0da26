import { CircleAlert } from 'lucide-react';
import type { TimelineItem } from '../../client/index.ts';
import type { WebTexts } from '../../client/locales/index.ts';
import { useSentence, useTexts } from '../context.tsx';
import { showName } from '../state/plain-text.ts';
import { useFormats } from '../format.ts';
import styles from './note-row.module.css';

type Note = Exclude<TimelineItem, { kind: 'text' }>;

/** Who came and went, and what is missing: one quiet line each. */
export function NoteRow({ item, byOwn }: { item: Note; byOwn: boolean }) {
  const t = useTexts();
  const sentence = useSentence();
  const formats = useFormats();
  const trouble = item.kind === 'missing' || item.kind === 'unreadable';
  const text =
    item.kind === 'unreadable'
      ? `${isolate(item.from || t.unnamed)}: ${sentence({ code: item.code, detail: {} })}`
      : noteText(item, byOwn, t);
  return (
    <p className={styles['note']} data-trouble={trouble || undefined} title={formats.full(item.at)}>
      {trouble && <CircleAlert size={15} aria-hidden="true" />}
      <span>{text}</span>
    </p>
  );
}

function noteText(item: Exclude<Note, { kind: 'unreadable' }>, byOwn: boolean, t: WebTexts): string {
  const name = isolate(item.from || t.unnamed);
  switch (item.kind) {
    case 'joined':
      if (item.door === 'founder') return item.own ? t.foundedYou : t.founded(name);
      return item.own ? t.joinedYou : t.joined(name);
    case 'left':
      return item.own ? t.leftYou : t.left(name);
    case 'removed':
      if (item.own) return t.removedYou(isolate(item.by || t.unnamed));
      return byOwn ? t.removedByYou(name) : t.removed(name, isolate(item.by || t.unnamed));
    case 'renamed':
      return item.own ? t.renamedYou(name) : t.renamed(isolate(item.before || t.unnamed), name);
    case 'link-changed':
      return t.linkChanged;
    case 'missing':
    default:
      return t.missing(item.to - item.seq + 1);
  }
}

/** First strong isolate … pop: a name in the middle of a sentence cannot turn the rest of it (Unicode TR9). */
function isolate(name: string): string {
  return `\u2068${showName(name)}\u2069`;
}
