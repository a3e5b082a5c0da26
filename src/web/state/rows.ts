import type { PendingItem, RoomView, TimelineItem } from '../../client/index.ts';

type TextItem = Extract<TimelineItem, { kind: 'text' }>;
type FileItem = Extract<TimelineItem, { kind: 'file' }>;

/** One line of the conversation as it is drawn. */
export type Row = { readonly key: string } & (
  | { readonly kind: 'day'; readonly at: number }
  | { readonly kind: 'unread' }
  | { readonly kind: 'message'; readonly message: Message; readonly first: boolean; readonly last: boolean }
  | { readonly kind: 'file'; readonly item: FileItem; readonly first: boolean; readonly last: boolean }
  /** `byOwn`: this device did what happened to another. */
  | { readonly kind: 'note'; readonly item: Exclude<TimelineItem, TextItem | FileItem>; readonly byOwn: boolean }
);

/** A text, whether the log has it already or not. */
export interface Message {
  readonly id: string;
  readonly device: string;
  readonly from: string;
  readonly own: boolean;
  readonly at: number;
  readonly text: string;
  readonly style: 'plain' | 'action';
  readonly state: 'sending' | 'sent';
}

/** Messages of one person less than this apart stand together. */
const TOGETHER = 5 * 60_000;

export interface RowInput {
  readonly items: readonly TimelineItem[];
  readonly pending: readonly PendingItem[];
  readonly view: Pick<RoomView, 'device' | 'name'>;
  /** What is newer than this number is new to the person; null when nothing is. */
  readonly mark: number | null;
}

export function rowsOf({ items, pending, view, mark }: RowInput): Row[] {
  const rows: Row[] = [];
  const shown = new Set<string>();
  let day = '';
  let marked = mark === null;

  /** By the senders' clocks, which need not agree: a day may come twice. */
  function begin(at: number, key: string): void {
    const today = new Date(at).toDateString();
    if (today === day) return;
    day = today;
    rows.push({ key: `day:${key}`, kind: 'day', at });
  }

  function add(about: Message | FileItem): void {
    const above = rows.at(-1);
    const before = above?.kind === 'message' ? above.message : above?.kind === 'file' ? above.item : undefined;
    const first = !(before && belongTogether(before, about));
    if (!first) rows[rows.length - 1] = { ...above, last: false } as Row;
    if ('file' in about) rows.push({ key: `file:${about.id}`, kind: 'file', item: about, first, last: true });
    else rows.push({ key: `message:${about.id}`, kind: 'message', message: about, first, last: true });
  }

  // An entry can make several lines; they are told apart by their place in it, which older pages do not move.
  let part = 0;
  items.forEach((item, i) => {
    part = items[i - 1]?.seq === item.seq ? part + 1 : 0;
    begin(item.at, `${item.seq}:${part}`);
    if (!marked && isSaid(item) && !item.own && item.seq > (mark as number)) {
      marked = true;
      rows.push({ key: 'unread', kind: 'unread' });
    }
    if (item.kind === 'text') {
      shown.add(item.id);
      add({ ...item, state: 'sent' });
    } else if (item.kind === 'file') {
      add(item);
    } else {
      rows.push({ key: `note:${item.seq}:${part}`, kind: 'note', item, byOwn: 'byDevice' in item && item.byDevice === view.device });
    }
  });

  for (const { id, text, style, at } of pending) {
    // For a moment a line is both in the log and in the outbox.
    if (shown.has(id)) continue;
    begin(at, id);
    add({ id, device: view.device, from: view.name, own: true, at, text, style, state: 'sending' });
  }
  return rows;
}

/** Something that a person said: a text or a file. */
export function isSaid(item: TimelineItem): item is TextItem | FileItem {
  return item.kind === 'text' || item.kind === 'file';
}

type Grouped = Pick<Message, 'device' | 'from' | 'at'> & { readonly style?: Message['style'] };

function belongTogether(a: Grouped, b: Grouped): boolean {
  const plain = a.style !== 'action' && b.style !== 'action';
  return a.device === b.device && a.from === b.from && plain && Math.abs(b.at - a.at) < TOGETHER;
}
