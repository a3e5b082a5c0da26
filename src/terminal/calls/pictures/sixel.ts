import { moveTo, type PicturePainter } from './picture-painter.ts';
import { type Pixels, scaleInto } from './scale.ts';

/** Pixels in a column of a sixel band. */
const BAND = 6;
/** Levels of each colour, at most: 216 colours of the 256 that terminals have room for. */
const MOST_LEVELS = 6;

/** Larger ones take longer to encode than a person wants to wait for a letter; what they leave free stays empty. */
const MOST_WIDTH = 640;
const MOST_HEIGHT = 360;

/** 4 × 4 ordered dither (Bayer), −0.5 to 0.5: errors that do not crawl from picture to picture. */
const DITHER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map((value) => (value + 0.5) / 16 - 0.5);

/** DEC's graphics, for terminals that say by DA1 that they have them. `registers`: colours that there is room for. */
export function createSixel(cell: { readonly width: number; readonly height: number }, registers: number): PicturePainter {
  const levels = Math.max(2, Math.min(MOST_LEVELS, Math.floor(Math.cbrt(registers) + 1e-9)));
  return {
    cell,
    draw(_key, picture, place) {
      const columns = Math.min(place.columns, Math.floor(MOST_WIDTH / cell.width) || 1);
      const rows = Math.min(place.rows, Math.floor(MOST_HEIGHT / cell.height) || 1);
      const at = moveTo(place.row + ((place.rows - rows) >> 1), place.column + ((place.columns - columns) >> 1));
      return at + encodeSixel(scaleInto(picture, columns * cell.width, rows * cell.height), levels);
    },
    // Text that is written there takes it away.
    remove: () => '',
    goodbye: '',
  };
}

export function encodeSixel({ width, height, rgb }: Pixels, levels: number): string {
  const colours = quantise(rgb, width, height, levels);
  const used = [...new Set(colours)];
  const percent = (level: number) => Math.round((100 * level) / (levels - 1));
  const palette = used.map((colour) => {
    const [red, green, blue] = [Math.floor(colour / (levels * levels)), Math.floor(colour / levels) % levels, colour % levels];
    return `#${colour};2;${percent(red)};${percent(green)};${percent(blue)}`;
  });
  const bands: string[] = [];
  for (let top = 0; top < height; top += BAND) bands.push(encodeBand(colours, width, top, Math.min(BAND, height - top)));
  return `\u001bP0;1;0q"1;1;${width};${height}${palette.join('')}${bands.join('-')}\u001b\\`;
}

function quantise(rgb: Uint8Array, width: number, height: number, levels: number): Uint8Array {
  const colours = new Uint8Array(width * height);
  const step = 255 / (levels - 1);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const shift = DITHER[(y & 3) * 4 + (x & 3)] as number;
      let colour = 0;
      for (let i = 0; i < 3; i++) {
        const level = Math.round((rgb[at * 3 + i] as number) / step + shift);
        colour = colour * levels + Math.max(0, Math.min(levels - 1, level));
      }
      colours[at] = colour;
    }
  return colours;
}

/** One colour after the other over the same six rows; `$` goes back to the left. */
function encodeBand(colours: Uint8Array, width: number, top: number, rows: number): string {
  const columns = new Map<number, Uint8Array>();
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < width; x++) {
      const colour = colours[(top + y) * width + x] as number;
      let bits = columns.get(colour);
      if (!bits) columns.set(colour, (bits = new Uint8Array(width)));
      bits[x] = (bits[x] as number) | (1 << y);
    }
  return [...columns].map(([colour, bits]) => `#${colour}${runs(bits)}`).join('$');
}

function runs(bits: Uint8Array): string {
  let text = '';
  let end = bits.length;
  while (end > 0 && bits[end - 1] === 0) end--;
  for (let at = 0; at < end;) {
    let next = at + 1;
    while (next < end && bits[next] === bits[at]) next++;
    const letter = String.fromCharCode(63 + (bits[at] as number));
    text += next - at > 3 ? `!${next - at}${letter}` : letter.repeat(next - at);
    at = next;
  }
  return text;
}
