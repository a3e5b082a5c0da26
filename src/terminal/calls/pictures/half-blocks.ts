import { type ColourDepth, to256, toLetter } from './colours.ts';
import { moveTo, type PicturePainter } from './picture-painter.ts';
import { type Pixels, scaleInto } from './scale.ts';
import type { Place } from './tile-layout.ts';

/** What a camera's noise moves is not drawn anew: less than this nobody sees in a cell, of 255. */
const SEEN = 8;

interface Painted {
  readonly place: Place;
  /** Upper and lower pixel of each cell. */
  readonly pixels: Pixels;
}

/** Two pixels in each cell: `▀` in the colour of the upper one upon the colour of the lower one. Only cells that changed are written. */
export function createHalfBlocks(depth: ColourDepth): PicturePainter {
  const painted = new Map<string, Painted>();
  const letters = depth === 'none';
  const cell = { width: 1, height: letters ? 1 : 2 };
  const draw = letters ? letterOf : blockOf(depth);

  return {
    cell,
    draw(key, picture, place) {
      // A letter stands for a cell that is twice as high as wide.
      const pixels = scaleInto(picture, place.columns, place.rows * cell.height, letters ? 2 : 1);
      const before = painted.get(key);
      const known = before && samePlace(before.place, place) ? before.pixels.rgb : undefined;
      // What is kept is what stands there, so that small changes cannot add up unseen.
      const shown = known ? Uint8Array.from(known) : new Uint8Array(pixels.rgb.length);
      let bytes = '';
      const pen = { style: '' };
      for (let row = 0; row < place.rows; row++) {
        let at = -1;
        for (let column = 0; column < place.columns; column++) {
          const upper = (row * cell.height * place.columns + column) * 3;
          const lower = letters ? upper : upper + place.columns * 3;
          if (known && !differs(known, pixels.rgb, upper) && !differs(known, pixels.rgb, lower)) continue;
          if (at !== column) bytes += moveTo(place.row + row, place.column + column);
          bytes += draw(pixels.rgb, upper, lower, pen);
          at = column + 1;
          shown.set(pixels.rgb.subarray(upper, upper + 3), upper);
          shown.set(pixels.rgb.subarray(lower, lower + 3), lower);
        }
      }
      painted.set(key, { place, pixels: { ...pixels, rgb: shown } });
      return pen.style === '' ? bytes : `${bytes}\u001b[m`;
    },
    remove(key) {
      painted.delete(key);
      return '';
    },
    goodbye: '',
  };
}

function differs(a: Uint8Array, b: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 3; i++) if (Math.abs((a[i] as number) - (b[i] as number)) >= SEEN) return true;
  return false;
}

export const samePlace = (a: Place, b: Place): boolean =>
  a.row === b.row && a.column === b.column && a.columns === b.columns && a.rows === b.rows;

const letterOf = (rgb: Uint8Array, at: number): string => toLetter(rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number);

const blockOf = (depth: ColourDepth) => (rgb: Uint8Array, upper: number, lower: number, pen: { style: string }) => {
  const colour = (at: number) => {
    const [red, green, blue] = [rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number];
    return depth === 'true' ? `2;${red};${green};${blue}` : `5;${to256(red, green, blue)}`;
  };
  const style = `\u001b[38;${colour(upper)};48;${colour(lower)}m`;
  if (style === pen.style) return '▀';
  pen.style = style;
  return `${style}▀`;
};
