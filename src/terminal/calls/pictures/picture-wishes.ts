import type { Calls } from '../../../client/index.ts';
import type { CallSource } from '../../../protocol/index.ts';
import type { NodeCalls } from '../../../client/node/index.ts';
import type { Tile } from './picture-layer.ts';
import type { PictureMode } from './picture-mode.ts';

/** Tells the engine which pictures are on the screen, and how large: what nobody sees is neither sent nor decoded. */
export interface PictureWishes {
  want(tiles: readonly Tile[], cell: { readonly width: number; readonly height: number }, mode: PictureMode): void;
  /** No call: the next one is told anew. */
  forget(): void;
}

/** Decoding larger ones costs more than a terminal shows. */
const MOST_WIDTH = 640;
const MOST_HEIGHT = 360;

/** What decoders and scalers take. */
const toEven = (size: number): number => Math.max(2, Math.ceil(size / 2) * 2);

export function createPictureWishes(calls: () => Calls | undefined, pictures: NodeCalls | null): PictureWishes {
  let told = '';
  return {
    want(tiles, cell, mode) {
      // A window shows all that there is.
      if (mode === 'window') return;
      const sizes = tiles.map(({ key, place }) => ({ key, width: place.columns * cell.width, height: place.rows * cell.height }));
      const text = JSON.stringify(sizes);
      if (text === told) return;
      told = text;
      const [first] = sizes;
      calls()?.show(
        sizes.map(({ key, height }) => {
          const [device = '', source = ''] = key.split(' ');
          return { device, source: source as CallSource, height: Math.min(MOST_HEIGHT, height) };
        }),
      );
      pictures?.show(
        first ? { width: toEven(Math.min(MOST_WIDTH, first.width)), height: toEven(Math.min(MOST_HEIGHT, first.height)) } : null,
      );
    },
    forget: () => void (told = ''),
  };
}
