/** Where a picture stands, in cells. */
export interface Place {
  readonly row: number;
  readonly column: number;
  readonly columns: number;
  readonly rows: number;
}

export interface Mosaic {
  /** Rows that it takes, those for names among them: one under each picture. */
  readonly rows: number;
  /** As many as find room, the first ones first. */
  readonly places: readonly Place[];
}

/** Width of a picture by its height. Others stand in the middle of their place. */
const ASPECT = 16 / 9;
/** Smaller than this nobody is known by a picture. */
const LEAST_ROWS = 3;
const GAP = 2;
const NAME = 1;

/**
 * Places for `count` pictures in an area of cells, as large as they can all be; fewer where not all can be large enough to be known.
 * @param cellAspect height of a cell by its width
 */
export function layTiles(count: number, columns: number, mostRows: number, cellAspect: number): Mosaic {
  for (let shown = count; shown > 0; shown--) {
    const best = bestGrid(shown, columns, mostRows, cellAspect);
    if (best) return placesOf(shown, best, columns);
  }
  return { rows: 0, places: [] };
}

interface Grid {
  readonly perLine: number;
  readonly columns: number;
  readonly rows: number;
}

function bestGrid(count: number, columns: number, mostRows: number, cellAspect: number): Grid | undefined {
  let best: Grid | undefined;
  for (let perLine = 1; perLine <= count; perLine++) {
    const lines = Math.ceil(count / perLine);
    const rows = Math.floor(mostRows / lines) - NAME;
    const width = Math.floor((columns - (perLine - 1) * GAP) / perLine);
    const perRow = cellAspect * ASPECT;
    const wide = Math.min(width, Math.round(rows * perRow));
    const high = Math.min(rows, Math.round(wide / perRow));
    if (high < LEAST_ROWS) continue;
    if (!best || wide * high > best.columns * best.rows) best = { perLine, columns: wide, rows: high };
  }
  return best;
}

function placesOf(count: number, { perLine, columns, rows }: Grid, width: number): Mosaic {
  const places = Array.from({ length: count }, (_, at) => {
    const line = Math.floor(at / perLine);
    const inLine = Math.min(perLine, count - line * perLine);
    const left = (width - inLine * columns - (inLine - 1) * GAP) >> 1;
    return { row: line * (rows + NAME), column: left + (at % perLine) * (columns + GAP), columns, rows };
  });
  return { rows: Math.ceil(count / perLine) * (rows + NAME), places };
}
