import type { WriteStream } from 'node:tty';
import type { Transfer } from '../../client/index.ts';
import { shownTransfer } from '../files/file-rows.ts';
import { factsOf, type TransferStyle, transferRows } from '../files/transfer-rows.ts';

/** How far transfers are, beside what a program gives to others: rows that are drawn again on a terminal, else a line for each tenth. */
export interface ProgressDisplay {
  update(transfer: Transfer, all: readonly Transfer[]): void;
  /** A line of its own, above. */
  say(text: string): void;
  /** Takes the rows away. */
  close(): void;
}

const MOST_ROWS = 8;
const STEPS = 10;
/** So often is drawn, ms. */
const FRAME_TIME = 100;

export function createProgressDisplay(output: WriteStream, style: TransferStyle, colours: boolean): ProgressDisplay {
  return output.isTTY ? rowsOn(output, style, colours) : linesOn(output, style);
}

function linesOn(output: NodeJS.WritableStream, style: TransferStyle): ProgressDisplay {
  const told = new Map<string, number>();
  return {
    update(transfer) {
      style.pace.note(transfer);
      const { id, state, done, total } = transfer;
      if (state !== 'running' || total === null) return;
      const step = total === 0 ? STEPS : Math.floor((STEPS * done) / total);
      if (told.get(id) === step) return;
      told.set(id, step);
      output.write(`${shownTransfer(transfer)}  ${factsOf(transfer, style)}\n`);
    },
    say: (text) => void output.write(`${text}\n`),
    close: () => {},
  };
}

function rowsOn(output: WriteStream, style: TransferStyle, colours: boolean): ProgressDisplay {
  let drawn = 0;
  let drawnAt = 0;
  const clear = () => (drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[J`);
  const styles = colours ? { bold: ['\u001b[1m', '\u001b[22m'], dim: ['\u001b[2m', '\u001b[22m'] } : {};
  const paint = (text: string, [on = '', off = '']: readonly string[] = []) => on + text + off;
  return {
    update(transfer, all) {
      style.pace.note(transfer);
      const now = performance.now();
      if (transfer.state === 'running' && now - drawnAt < FRAME_TIME) return;
      drawnAt = now;
      // One column less, so that a row never breaks.
      const rows = transferRows(all, Math.max(20, (output.columns || 80) - 1), MOST_ROWS, style);
      const text = rows
        .map((row) => row.map((part) => paint(part.text, (styles as Record<string, string[]>)[part.style])).join(''))
        .join('\n');
      output.write(`${clear()}${text}${rows.length > 0 ? '\n' : ''}`);
      drawn = rows.length;
    },
    say(text) {
      output.write(`${clear()}${text}\n`);
      drawn = 0;
    },
    close() {
      output.write(clear());
      drawn = 0;
    },
  };
}
