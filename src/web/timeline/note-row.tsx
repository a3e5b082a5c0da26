import { CircleAlert } from 'lucide-react';
import type { TimelineItem } from '../../client/index.ts';
import type { WebTexts } from '../../client/locales/languages.ts';
import { useSentence, useTexts } from '../context.tsx';
import { isolate } from '../state/plain-text.ts';
import { useFormats } from '../format.ts';
import styles from './note-row.module.css';

type Note = Exclude<TimelineItem, { kind: 'text' | 'file' }>;

interface NoteRowProps {
  item: Note;
  byOwn: boolean;
  /** In a conversation of two, where coming in means something else. */
  direct: boolean;
}

/** Who came and went, and what is missing: one quiet line each. */
export function NoteRow({ item, byOwn, direct }: NoteRowProps) {
  const t = useTexts();
  const sentence = useSentence();
  const formats = useFormats();
  const trouble = item.kind === 'missing' || item.kind === 'unreadable';
  const text =
    item.kind === 'unreadable'
      ? `${isolate(item.from || t.unnamed)}: ${sentence({ code: item.code, detail: {} })}`
      : noteText(item, byOwn, direct, t);
  return (
    <p className={styles['note']} data-trouble={trouble || undefined} title={formats.full(item.at)}>
      {trouble && <CircleAlert size={15} aria-hidden="true" />}
      <span>{text}</span>
    </p>
  );
}

function noteText(item: Exclude<Note, { kind: 'unreadable' }>, byOwn: boolean, direct: boolean, t: WebTexts): string {
  const name = isolate(item.from || t.unnamed);
  switch (item.kind) {
    case 'joined':
      return joinedText(item, byOwn, direct, t);
    case 'left':
      return item.own ? t.leftYou : t.left(name);
    case 'removed':
      if (item.own) return t.removedYou(isolate(item.by || t.unnamed));
      return byOwn ? t.removedByYou(name) : t.removed(name, isolate(item.by || t.unnamed));
    case 'renamed':
      return item.own ? t.renamedYou(name) : t.renamed(isolate(item.before || t.unnamed), name);
    case 'deleted':
      return item.own ? t.deletedYou : t.deleted(name);
    case 'call-begun':
      return item.own ? t.callBegunYou : t.callBegun(name);
    case 'call-ended':
      return item.lasted === null ? t.callOver : t.callOverAfter(t.callMinutes(Math.round(item.lasted / 60_000)));
    case 'link-changed':
      return t.linkChanged;
    case 'missing':
    default:
      return t.missing(item.to - item.seq + 1);
  }
}

function joinedText(item: Extract<Note, { kind: 'joined' }>, byOwn: boolean, direct: boolean, t: WebTexts): string {
  const name = isolate(item.from || t.unnamed);
  const by = isolate(item.by || t.unnamed);
  switch (item.door) {
    case 'founder':
      if (direct) return item.own ? t.directBegunYou : t.directBegun(name);
      return item.own ? t.foundedYou : t.founded(name);
    case 'knock':
      if (item.own) return t.joinedKnockYou(by);
      return byOwn ? t.joinedKnockByYou(name) : t.joinedKnock(name, by);
    case 'open':
      return item.own ? t.joinedOpenYou : t.joinedOpen(name);
    case 'direct':
      return item.own ? t.directJoinedYou(by) : t.directJoined(name);
    case 'link':
    default:
      return item.own ? t.joinedYou : t.joined(name);
  }
}
