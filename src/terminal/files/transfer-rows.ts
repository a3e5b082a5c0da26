import type { Transfer } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { fit, widthOf } from '../text/cells.ts';
import { type Row, rowWidth, span } from '../text/rows.ts';
import { toSafeLine } from '../text/safe-text.ts';
import type { Sizes } from './sizes.ts';
import type { TransferPace } from './transfer-pace.ts';

export interface TransferStyle {
  readonly t: Texts['terminal'];
  readonly sizes: Sizes;
  readonly pace: TransferPace;
}

const BAR = 20;
/** Below it there is no room for a bar beside a name. */
const BAR_FROM = 64;

/** What is on its way, above the line being typed, each in one row; no more than `most` rows. */
export function transferRows(transfers: readonly Transfer[], columns: number, most: number, style: TransferStyle): readonly Row[] {
  if (transfers.length <= most) return transfers.map((transfer) => transferRow(transfer, columns, style));
  const shown = transfers.slice(0, Math.max(0, most - 1)).map((transfer) => transferRow(transfer, columns, style));
  return [...shown, [span('  '), span(style.t.moreTransfers(transfers.length - shown.length), 'dim')]];
}

/** `↓ report.pdf  ━━━━━━━━────  45 %  12 MB/s  0:42 left` */
function transferRow(transfer: Transfer, columns: number, style: TransferStyle): Row {
  const sign = span(transfer.direction === 'up' ? '↑ ' : '↓ ', 'accent');
  const tail: Row = [
    ...(transfer.total !== null && columns >= BAR_FROM ? [span('  '), ...bar(transfer.done, transfer.total)] : []),
    span(`  ${factsOf(transfer, style)}`, transfer.state === 'running' ? 'plain' : 'dim'),
  ];
  const room = Math.max(4, columns - widthOf(sign.text) - rowWidth(tail));
  const name = fit(nameOfTransfer(transfer), room);
  return [sign, span(name, 'bold'), ...tail];
}

/** A folder is written as one writes folders. */
export const nameOfTransfer = ({ name, folder }: Pick<Transfer, 'name' | 'folder'>): string => toSafeLine(name) + (folder ? '/' : '');

function bar(done: number, total: number): Row {
  const filled = total === 0 ? BAR : Math.min(BAR, Math.floor((BAR * done) / total));
  return [span('━'.repeat(filled), 'accent'), span('─'.repeat(BAR - filled), 'dim')];
}

/** How far, how fast, how long; or why it does not move. */
export function factsOf(transfer: Transfer, { t, sizes, pace }: TransferStyle): string {
  const { done, total, state } = transfer;
  const far = total === null ? sizes.size(done) : sizes.percent(done, total);
  if (state !== 'running') return `${far}  ${t.transferStates[state]}`;
  const rate = pace.rate(transfer);
  const left = pace.left(transfer);
  return [
    far,
    ...(rate === undefined ? [] : [`${sizes.size(rate)}/s`]),
    ...(left === undefined ? [] : [t.timeLeft(sizes.time(left))]),
  ].join('  ');
}
