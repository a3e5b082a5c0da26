import { encode } from 'uqr';

/** A QR code in half blocks, dark on light whatever the terminal's colours, with the quiet zone that phones need. */
export function drawQr(text: string): string {
  const { data, size } = encode(text, { ecc: 'L', border: 2 });
  const rows: string[] = [];
  for (let y = 0; y < size; y += 2) {
    let row = '';
    for (let x = 0; x < size; x++) {
      const top = data[y]?.[x] ?? false;
      const bottom = data[y + 1]?.[x] ?? false;
      // Drawn in white upon black: the light modules are what is inked.
      row += top ? (bottom ? ' ' : '▄') : bottom ? '▀' : '█';
    }
    rows.push(`\u001b[97;40m${row}\u001b[0m`);
  }
  return rows.join('\n');
}
