import type { Pixels } from './scale.ts';
import type { Place } from './tile-layout.ts';

/** How pictures come onto a terminal: half blocks, sixel, kitty's protocol. What it says leaves the cursor anywhere. */
export interface PicturePainter {
  /** Pixels that a place of one cell has: more than these would be thrown away. */
  readonly cell: { readonly width: number; readonly height: number };
  /** What has to be written so that the picture stands there; empty where it does already. `key`: whose it is. */
  draw(key: string, picture: Pixels, place: Place): string;
  /** What has to be written so that nothing of it is left but what later text overwrites; the next `draw` draws whole. */
  remove(key: string): string;
  /** Written when the terminal is given back. */
  readonly goodbye: string;
}

export const moveTo = (row: number, column: number): string => `\u001b[${row + 1};${column + 1}H`;
