import type { CommandResult, Transfer } from '../../client/index.ts';
import { shownName } from '../item-text.ts';
import { fit, widthOf } from '../text/cells.ts';
import { type Row, span } from '../text/rows.ts';
import { toSafeLine } from '../text/safe-text.ts';
import { SHORTEST_ID } from './file-note.ts';
import { factsOf, nameOfTransfer, type TransferStyle } from './transfer-rows.ts';

/** The fewest digits, four at least, by which each of these is told from the others. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = [...new Set(ids)].toSorted();
  const common = (a: string, b: string | undefined) => {
    let length = 0;
    while (b !== undefined && length < a.length && a[length] === b[length]) length++;
    return length;
  };
  return new Map(
    sorted.map((id, at) => [id, id.slice(0, Math.max(SHORTEST_ID, 1 + Math.max(common(id, sorted[at - 1]), common(id, sorted[at + 1]))))]),
  );
}

const LONGEST_NAME = 48;

/** The table of `/files`, and what is on its way. */
export function filesRows(
  { items, transfers }: CommandResult & { kind: 'files' },
  { now, ...style }: TransferStyle & { readonly now: number },
): readonly Row[] {
  const { t, sizes } = style;
  const ids = shortIds(items.map(({ file }) => file.id));
  const cells = items.map(({ file, from, at }) => ({
    id: ids.get(file.id) as string,
    name: fit(toSafeLine(file.name) + (file.files === null ? '' : '/'), LONGEST_NAME),
    size: sizes.size(file.size),
    more: `${shownName(from, t)}, ${sizes.ago(now - at)}`,
  }));
  const widest = (key: 'id' | 'name' | 'size') => Math.max(0, ...cells.map((cell) => widthOf(cell[key])));
  const [id, name, size] = [widest('id'), widest('name'), widest('size')];
  const rows = cells.map((cell): Row => [
    span(`  ${cell.id.padEnd(id)}  `, 'bold'),
    span(cell.name + ' '.repeat(name - widthOf(cell.name))),
    span(`  ${' '.repeat(size - widthOf(cell.size))}${cell.size}  `),
    span(cell.more, 'dim'),
  ]);
  return [
    ...(rows.length > 0 ? rows : [[span(t.noFiles, 'dim')]]),
    ...transfers.map((transfer): Row => [span(`  ${shownTransfer(transfer)}  `, 'accent'), span(factsOf(transfer, style), 'dim')]),
  ];
}

export const shownTransfer = (transfer: Transfer): string => `${transfer.direction === 'up' ? '↑' : '↓'} ${nameOfTransfer(transfer)}`;
