import { memo } from 'react';
import { useTexts } from '../context.tsx';
import { isoOf, useFormats } from '../format.ts';
import type { Row } from '../state/rows.ts';
import type { OnOpen } from '../room/overlay.ts';
import { FileRow } from './file-row.tsx';
import { MessageRow } from './message-row.tsx';
import { NoteRow } from './note-row.tsx';
import styles from './timeline-row.module.css';

/** One line of the conversation, by kind. Rows are made anew with each change; equal ones are not drawn again. */
export const TimelineRow = memo(DrawnRow, (before, after) => sameRow(before.row, after.row));

interface RowProps {
  row: Row;
  room: string;
  direct: boolean;
  onOpen: OnOpen;
}

function DrawnRow({ row, room, direct, onOpen }: RowProps) {
  switch (row.kind) {
    case 'day':
      return <DayRow at={row.at} />;
    case 'unread':
      return <UnreadRow />;
    case 'note':
      return <NoteRow item={row.item} byOwn={row.byOwn} direct={direct} />;
    case 'file':
      return <FileRow item={row.item} first={row.first} last={row.last} room={room} onOpen={onOpen} />;
    case 'message':
    default:
      return <MessageRow message={row.message} first={row.first} last={row.last} />;
  }
}

function DayRow({ at }: { at: number }) {
  const formats = useFormats();
  return (
    <div className={styles['day']}>
      <time dateTime={isoOf(at).slice(0, 10)}>{formats.day(at)}</time>
    </div>
  );
}

function UnreadRow() {
  const t = useTexts();
  return (
    <div className={styles['unread']}>
      <span>{t.newMessages}</span>
    </div>
  );
}

function sameRow(a: Row, b: Row): boolean {
  if (a.kind === 'message' && b.kind === 'message') {
    const [one, two] = [a.message, b.message];
    return (
      a.key === b.key && a.first === b.first && a.last === b.last && one.state === two.state && one.from === two.from && one.at === two.at
    );
  }
  if (a.kind === 'file' && b.kind === 'file') return a.item === b.item && a.first === b.first && a.last === b.last;
  // Days too: "today" becomes "yesterday", and drawing one is nothing.
  return a.kind === 'note' && b.kind === 'note' && a.item === b.item;
}
