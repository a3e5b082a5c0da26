export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** CSS pixels between two pictures. */
export const GAP = 8;
/** Faces are cut to it, at the widest and at the tallest: what is further from a camera's picture would show foreheads or walls. */
const WIDEST = 16 / 9;
const TALLEST = 2 / 3;
/** Of a face that is looked for in a picture. */
const FACE = 4 / 3;
/** Pictures smaller than this say nothing any more: then there is more than fits, and one scrolls. */
const SMALLEST: Size = { width: 132, height: 99 };

export interface Tiling {
  readonly boxes: readonly Box[];
  /** Of all of it; more than there is where it scrolls. */
  readonly height: number;
}

/** As large as `count` pictures of the same size can be in a space, the last row in the middle. */
export function tile(count: number, { width, height }: Size): Tiling {
  if (count === 0 || width <= 0 || height <= 0) return { boxes: [], height: Math.max(height, 0) };
  let best = { columns: 1, size: { width: 0, height: 0 }, worth: -1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const size = trim({ width: (width - GAP * (columns - 1)) / columns, height: (height - GAP * (rows - 1)) / rows });
    const worth = Math.min(size.width, size.height * FACE);
    if (worth > best.worth) best = { columns, size, worth };
  }
  const { columns, size } = best.worth < Math.min(SMALLEST.width, width) ? scrolling(width) : best;
  return place(count, columns, size, { width, height });
}

function trim({ width, height }: Size): Size {
  return { width: Math.max(Math.min(width, height * WIDEST), 0), height: Math.max(Math.min(height, width / TALLEST), 0) };
}

function scrolling(width: number): { columns: number; size: Size } {
  const columns = Math.max(1, Math.floor((width + GAP) / (SMALLEST.width + GAP)));
  const each = (width - GAP * (columns - 1)) / columns;
  return { columns, size: { width: each, height: each / FACE } };
}

function place(count: number, columns: number, size: Size, space: Size): Tiling {
  const rows = Math.ceil(count / columns);
  const used = rows * size.height + (rows - 1) * GAP;
  const top = Math.max(0, (space.height - used) / 2);
  const boxes = Array.from({ length: count }, (_, i): Box => {
    const row = Math.floor(i / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (space.width - (inRow * size.width + (inRow - 1) * GAP)) / 2;
    return { x: left + (i % columns) * (size.width + GAP), y: top + row * (size.height + GAP), ...size };
  });
  return { boxes, height: Math.max(used, space.height) };
}
