import { encode } from 'uqr';
import type { CommandResult } from '../client/index.ts';

/** What a command's answer holds for another's camera. */
export function qrOf(result: CommandResult): string | undefined {
  if (result.kind === 'invite') return result.link;
  return result.kind === 'compare' ? result.code : undefined;
}

/** A QR code in half blocks, with the quiet zone that phones need: rows to be drawn in light upon dark, whatever the terminal's colours. */
export function qrRows(text: string): readonly string[] {
  const { data, size } = encode(text, { ecc: 'L', border: 2 });
  const rows: string[] = [];
  for (let y = 0; y < size; y += 2) {
    let row = '';
    for (let x = 0; x < size; x++) {
      const top = data[y]?.[x] ?? false;
      const bottom = data[y + 1]?.[x] ?? false;
      // The light modules are what is inked.
      row += top ? (bottom ? ' ' : '▄') : bottom ? '▀' : '█';
    }
    rows.push(row);
  }
  return rows;
}

/** The same as text for a terminal: dark on light. */
export function drawQr(text: string): string {
  return qrRows(text)
    .map((row) => `\u001b[97;40m${row}\u001b[0m`)
    .join('\n');
}
