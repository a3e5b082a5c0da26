import { describe, expect, it } from 'vitest';
import type { TimelineItem } from '../../src/client/index.ts';
import { type Row, rowsOf } from '../../src/web/state/rows.ts';

const DAY = new Date(2026, 4, 12, 16, 20).getTime();
const MINUTE = 60_000;
const view = { device: 'aa', name: 'Marta' };

function text(seq: number, from: string, minutes = seq, extra: Partial<TimelineItem> = {}): TimelineItem {
  return {
    seq,
    at: DAY + minutes * MINUTE,
    device: `device-of-${from}`,
    from,
    own: from === 'Marta',
    kind: 'text',
    id: `id-${seq}`,
    text: `text ${seq}`,
    style: 'plain',
    ...extra,
  } as TimelineItem;
}

/** A short picture of the rows: [ begins a group, ] ends it. */
function picture(rows: readonly Row[]): string[] {
  return rows.map((row) => {
    if (row.kind === 'message')
      return `${row.first ? '[' : ''}${row.message.text}${row.message.state === 'sending' ? '…' : ''}${row.last ? ']' : ''}`;
    return row.kind === 'note' ? row.item.kind : row.kind;
  });
}

const draw = (items: readonly TimelineItem[], more: Partial<Parameters<typeof rowsOf>[0]> = {}) =>
  rowsOf({ items, pending: [], view, mark: null, ...more });

describe('the lines of a conversation', () => {
  it('puts messages of one person together while they follow each other', () => {
    const rows = draw([text(1, 'Ana', 0), text(2, 'Ana', 2), text(3, 'Kofi', 3), text(4, 'Ana', 4), text(5, 'Ana', 20)]);
    expect(picture(rows)).toEqual(['day', '[text 1', 'text 2]', '[text 3]', '[text 4]', '[text 5]']);
  });

  it('keeps people apart who go by one name, and a name apart from the one before it', () => {
    const twin = text(2, 'Ana', 1, { device: 'another device' });
    const renamed = text(4, 'Anna', 3, { device: 'device-of-Ana' });
    expect(picture(draw([text(1, 'Ana', 0), twin, text(3, 'Ana', 2), renamed]))).toEqual([
      'day',
      '[text 1]',
      '[text 2]',
      '[text 3]',
      '[text 4]',
    ]);
  });

  it('separates days', () => {
    const rows = draw([text(1, 'Ana', 0), text(2, 'Ana', 8 * 60), text(3, 'Ana', 8 * 60 + 1)]);
    expect(picture(rows)).toEqual(['day', '[text 1]', 'day', '[text 2', 'text 3]']);
  });

  it('bears clocks that do not agree, and some that say anything', () => {
    const items = [text(1, 'Ana', 0), text(2, 'Kofi', -2_000), text(3, 'Ana', 1), text(4, 'Kofi', 0, { at: Number.MAX_SAFE_INTEGER })];
    const rows = draw(items, { pending: [{ id: 'p', text: 'mine', style: 'plain', at: DAY }] });
    expect(picture(rows)).toEqual(['day', '[text 1]', 'day', '[text 2]', 'day', '[text 3]', 'day', '[text 4]', 'day', '[mine…]']);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it('marks what is new before the first text of somebody else', () => {
    const items = [text(1, 'Ana', 0), text(2, 'Marta', 1), text(3, 'Kofi', 2), text(4, 'Kofi', 3)];
    expect(picture(draw(items, { mark: 1 }))).toEqual(['day', '[text 1]', '[text 2]', 'unread', '[text 3', 'text 4]']);
    expect(picture(draw(items, { mark: 3 }))).toEqual(['day', '[text 1]', '[text 2]', '[text 3]', 'unread', '[text 4]']);
    expect(picture(draw(items, { mark: 4 }))).not.toContain('unread');
  });

  it('shows own lines at once, and never twice', () => {
    const pending = [
      { id: 'id-2', text: 'text 2', style: 'plain' as const, at: DAY + 2 * MINUTE },
      { id: 'new', text: 'text 3', style: 'plain' as const, at: DAY + 3 * MINUTE },
    ];
    const rows = draw([text(1, 'Ana', 0), text(2, 'Marta', 2, { device: 'aa' })], { pending });
    expect(picture(rows)).toEqual(['day', '[text 1]', '[text 2', 'text 3…]']);
  });

  it('keeps the key of a line when the log takes it, so that nothing jumps', () => {
    const before = draw([], { pending: [{ id: 'id-1', text: 'text 1', style: 'plain', at: DAY }] });
    const after = draw([text(1, 'Marta', 0)]);
    expect(before.at(-1)?.key).toBe(after.at(-1)?.key);
  });

  it('has a key of its own for each line, and the same one when older lines come in', () => {
    const note = (seq: number, kind: string) =>
      ({ seq, at: DAY, device: 'bb', from: 'Ana', own: false, kind, by: 'Marta', byDevice: 'aa' }) as unknown as TimelineItem;
    const items = [text(1, 'Ana', 0), note(2, 'removed'), note(2, 'removed'), note(2, 'link-changed'), note(3, 'left')];
    const keys = draw(items).map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(
      draw(items.slice(1))
        .map((row) => row.key)
        .slice(1),
    ).toEqual(keys.slice(2));
  });

  it('knows what this device did to others', () => {
    const removed = {
      seq: 1,
      at: DAY,
      device: 'bb',
      from: 'Ana',
      own: false,
      kind: 'removed',
      by: 'Marta',
      byDevice: 'aa',
    } as TimelineItem;
    expect(draw([removed])[1]).toMatchObject({ kind: 'note', byOwn: true });
    expect(draw([{ ...removed, byDevice: 'cc' } as TimelineItem])[1]).toMatchObject({ byOwn: false });
  });
});
