import { deflateSync, inflateSync, crc32 } from 'node:zlib';

/**
 * A picture of the page, smaller and the same to the last pixel (PNG, third edition): its flat areas and letters deflate best
 * without filters, which Chromium applies to every row.
 */
export function packPng(png: Buffer): Buffer {
  const { header, rows } = readRows(png);
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

/** How light each pixel of a picture of the page is, 0 to 255, row by row. */
export function readLight(png: Buffer): { readonly width: number; readonly height: number; readonly light: Uint8Array } {
  const { width, height, bytes, rows } = readRows(png);
  const light = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    // Green alone: what is read here is black on white.
    for (let x = 0; x < width; x++) light[y * width + x] = rows[y * (width * bytes + 1) + 1 + x * bytes + 1] as number;
  return { width, height, light };
}

/** The rows as they are, each after a byte that says so. */
function readRows(png: Buffer): { header: Buffer; width: number; height: number; bytes: number; rows: Buffer } {
  const chunks = readChunks(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data as Buffer;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bytes = { 2: 3, 6: 4 }[header[9] as number];
  if (header[8] !== 8 || bytes === undefined) throw new Error('not a picture that Chromium makes');
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  unfilter(rows, width * bytes, height, bytes);
  return { header, width, height, bytes, rows };
}

function readChunks(png: Buffer): Array<{ type: string; data: Buffer }> {
  const chunks = [];
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + size) });
    at += size + 12;
  }
  return chunks;
}

/** Turns each row into its own bytes, in place; a row begins with the number of its filter (section 9.2). */
function unfilter(rows: Buffer, stride: number, height: number, bytes: number): void {
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1);
    const filter = rows[start] as number;
    rows[start] = 0;
    for (let x = 0; x < stride; x++) {
      const at = start + 1 + x;
      const left = x < bytes ? 0 : (rows[at - bytes] as number);
      const up = y === 0 ? 0 : (rows[at - stride - 1] as number);
      const corner = x < bytes || y === 0 ? 0 : (rows[at - stride - 1 - bytes] as number);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] as number;
      rows[at] = (rows[at] as number) + predicted;
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
