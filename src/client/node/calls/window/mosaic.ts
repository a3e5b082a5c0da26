import type { Label } from './labels.ts';

/** A picture of one member, 3 bytes a pixel, in the size of a tile. */
export interface Tile {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  /** Whose it is. */
  readonly label?: Label | undefined;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Of each tile. */
  readonly width: number;
  readonly height: number;
}

/** As square as may be: tiles keep the shape of the canvas. */
export function layOut(count: number, canvas: { readonly width: number; readonly height: number }): Grid {
  const columns = Math.max(1, Math.ceil(Math.sqrt(count)));
  const rows = Math.max(1, Math.ceil(count / columns));
  return { columns, rows, width: Math.floor(canvas.width / columns), height: Math.floor(canvas.height / columns) };
}

/** All tiles on black, row by row, the rows in the middle. Tiles of another size are left out: they are on their way. */
export function drawMosaic(tiles: readonly Tile[], canvas: { readonly width: number; readonly height: number }): Buffer {
  const drawn = Buffer.alloc(3 * canvas.width * canvas.height);
  const grid = layOut(tiles.length, canvas);
  const top = Math.floor((canvas.height - grid.rows * grid.height) / 2);
  for (const [i, { width, height, rgb, label }] of tiles.entries()) {
    if (width !== grid.width || height !== grid.height || rgb.length < 3 * width * height) continue;
    const left = (i % grid.columns) * width;
    const above = top + Math.floor(i / grid.columns) * height;
    for (let row = 0; row < height; row++) {
      drawn.set(rgb.subarray(3 * row * width, 3 * (row + 1) * width), 3 * ((above + row) * canvas.width + left));
    }
    if (label !== undefined) write(drawn, canvas.width, label, { left, top: above + height - label.height, right: left + width });
  }
  return drawn;
}

/** How much of what is below a name shines through it. */
const SHINE = 0.35;

/** White on a dark ground, which holds on every picture. */
function write(
  drawn: Buffer,
  across: number,
  label: Label,
  place: { readonly left: number; readonly top: number; readonly right: number },
): void {
  const width = Math.min(label.width, place.right - place.left);
  for (let row = Math.max(0, -place.top); row < label.height; row++) {
    for (let column = 0; column < width; column++) {
      const letter = label.letters[row * label.width + column] as number;
      const at = 3 * ((place.top + row) * across + place.left + column);
      for (let colour = at; colour < at + 3; colour++) drawn[colour] = Math.max(letter, (drawn[colour] as number) * SHINE);
    }
  }
}
