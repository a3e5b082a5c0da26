import { deflateSync } from 'node:zlib';
import { moveTo, type PicturePainter } from './picture-painter.ts';
import { type Pixels, scaleInto } from './scale.ts';
import type { Place } from './tile-layout.ts';

/** Base64 in one escape code, at most, as the protocol wants it. */
const CHUNK = 4096;
/** Ids of our own pictures: those of others in the same terminal are left alone. */
const FIRST_ID = 0x436f7200;

/** kitty's graphics protocol: https://sw.kovidgoyal.net/kitty/graphics-protocol/ (kitty, Ghostty, WezTerm, Konsole). */
export function createKitty(cell: { readonly width: number; readonly height: number }): PicturePainter {
  const ids = new Map<string, number>();
  let next = FIRST_ID;
  const idOf = (key: string) => {
    let id = ids.get(key);
    if (id === undefined) ids.set(key, (id = next++));
    return id;
  };
  return {
    cell,
    draw(key, picture, place) {
      const [width, height] = [place.columns * cell.width, place.rows * cell.height];
      // What is smaller than its place the terminal makes larger by itself.
      const shrunk = Math.min(1, Math.max(picture.width / width, picture.height / height));
      const pixels = scaleInto(picture, Math.max(1, Math.round(width * shrunk)), Math.max(1, Math.round(height * shrunk)));
      return moveTo(place.row, place.column) + encodeKitty(idOf(key), pixels, place);
    },
    remove(key) {
      const id = ids.get(key);
      if (id === undefined) return '';
      ids.delete(key);
      return `\u001b_Ga=d,d=I,i=${id},q=2\u001b\\`;
    },
    goodbye: '\u001b_Ga=d,d=A,q=2\u001b\\',
  };
}

/** Sends the picture and shows it at the cursor, in place of what the same id showed. The cursor stays, and nothing is answered. */
export function encodeKitty(id: number, { width, height, rgb }: Pixels, { columns, rows }: Pick<Place, 'columns' | 'rows'>): string {
  const data = deflateSync(rgb, { level: 1 }).toString('base64');
  const control = `a=T,f=24,o=z,i=${id},p=1,s=${width},v=${height},c=${columns},r=${rows},C=1,q=2`;
  let text = '';
  for (let at = 0; at < data.length; at += CHUNK) {
    const more = at + CHUNK < data.length ? 1 : 0;
    text += `\u001b_G${at === 0 ? `${control},` : ''}m=${more};${data.slice(at, at + CHUNK)}\u001b\\`;
  }
  return text;
}
