import type { CallPicture } from '../../../client/node/index.ts';
import { samePlace } from './half-blocks.ts';
import { moveTo, type PicturePainter } from './picture-painter.ts';
import type { Place } from './tile-layout.ts';

export interface Tile {
  /** Whose picture, and of what. */
  readonly key: string;
  readonly place: Place;
}

/** The pictures that stand on the screen, over rows that the text leaves alone. */
export interface PictureLayer {
  /** A newer picture; the one before it is dropped where nobody drew it. */
  take(picture: CallPicture): void;
  readonly has: (key: string) => boolean;
  /** These places from now on, on these rows, which are emptied. What has to be written; empty where all is as it was. */
  place(tiles: readonly Tile[], rows: readonly number[]): string;
  /** What has to be written for the pictures that are new. */
  draw(): string;
  readonly isStale: boolean;
  /** Another way to draw. What has to be written so that nothing is left of the one before. */
  use(painter: PicturePainter | undefined): string;
  /** What is on the screen is not what was drawn: the next time all is drawn anew. */
  forget(): void;
  /** Of others nothing is kept. */
  keep(keys: ReadonlySet<string>): void;
}

export const pictureKey = ({ device, source }: Pick<CallPicture, 'device' | 'source'>): string => `${device} ${source}`;

/** Pictures that are kept, at most: more than a call has. */
const MOST_KEPT = 64;

export function createPictureLayer(): PictureLayer {
  let painter: PicturePainter | undefined;
  let tiles: readonly Tile[] = [];
  let area: readonly number[] = [];
  const pictures = new Map<string, CallPicture>();
  const stale = new Set<string>();
  /** What stands on the screen may be anything. */
  let unknown = true;

  const isSame = (others: readonly Tile[], rows: readonly number[]) =>
    !unknown &&
    rows.join() === area.join() &&
    others.length === tiles.length &&
    others.every(({ key, place }, at) => tiles[at]?.key === key && samePlace(tiles[at].place, place));

  function removeAll(): string {
    return tiles.map(({ key }) => painter?.remove(key) ?? '').join('');
  }

  return {
    take(picture) {
      const key = pictureKey(picture);
      if (pictures.size >= MOST_KEPT && !pictures.has(key)) return;
      pictures.set(key, picture);
      stale.add(key);
    },
    has: (key) => pictures.has(key),
    place(next, rows) {
      if (isSame(next, rows)) return '';
      let bytes = removeAll();
      for (const row of rows) bytes += `${moveTo(row, 0)}\u001b[K`;
      tiles = next;
      area = rows;
      unknown = false;
      for (const { key } of tiles) if (pictures.has(key)) stale.add(key);
      return bytes;
    },
    draw() {
      let bytes = '';
      for (const { key, place } of tiles) {
        const picture = stale.delete(key) ? pictures.get(key) : undefined;
        if (picture && painter) bytes += painter.draw(key, picture, place);
      }
      stale.clear();
      return bytes;
    },
    get isStale() {
      return tiles.some(({ key }) => stale.has(key));
    },
    use(next) {
      const bytes = removeAll();
      painter = next;
      unknown = true;
      return bytes;
    },
    forget: () => void (unknown = true),
    keep(keys) {
      for (const key of pictures.keys()) if (!keys.has(key)) pictures.delete(key);
    },
  };
}
