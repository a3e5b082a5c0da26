import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallPicture } from '../../../src/client/node/calls/contract.ts';
import type { Pictures } from '../../../src/client/node/calls/ffmpeg/pictures.ts';
import { drawMosaic, layOut } from '../../../src/client/node/calls/window/mosaic.ts';
import { findPlayer } from '../../../src/client/node/calls/window/players.ts';
import { openWindow } from '../../../src/client/node/calls/window/window.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'corrillo-window-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const canvas = { width: 64, height: 36 };

describe('pictures of everybody', () => {
  it('stand in a grid as square as may be', () => {
    const grids = [0, 1, 2, 3, 4, 5, 9, 10].map((count) => layOut(count, canvas));
    expect(grids.map(({ columns, rows }) => [columns, rows])).toEqual([
      [1, 1],
      [1, 1],
      [2, 1],
      [2, 2],
      [2, 2],
      [3, 2],
      [3, 3],
      [4, 3],
    ]);
    expect(grids[4]).toMatchObject({ width: 32, height: 18 });
  });

  it('are drawn in their places, on black, and none that has another size', () => {
    const tile = (value: number, width = 32) => ({ width, height: 18, rgb: new Uint8Array(3 * width * 18).fill(value) });
    const drawn = drawMosaic([tile(10), tile(20), tile(30, 16)], canvas);
    const at = (x: number, y: number) => drawn[3 * (y * canvas.width + x)];
    expect([at(0, 0), at(31, 17), at(32, 0), at(63, 17), at(0, 18), at(63, 35)]).toEqual([10, 10, 20, 20, 0, 0]);
    // A name is written below, white on what shines through a little, and never over the next picture.
    const label = { width: 40, height: 4, letters: new Uint8Array(160).fill(0) };
    label.letters[0] = 255;
    const named = drawMosaic([{ ...tile(100), label }, tile(20), tile(30)], canvas);
    const of = (x: number, y: number) => named[3 * (y * canvas.width + x)];
    expect([of(0, 13), of(0, 14), of(1, 14), of(31, 17), of(32, 17)]).toEqual([100, 255, 35, 35, 20]);
    // One row of two stands in the middle.
    const two = drawMosaic([tile(10), tile(20)], canvas);
    expect([two[0], two[3 * 9 * canvas.width], two[3 * (27 * canvas.width - 1)], two[3 * 27 * canvas.width]]).toEqual([0, 10, 20, 0]);
  });
});

/** Decoders that a test speaks for. */
function createPictures() {
  const sizes: Parameters<Pictures['show']>[0][] = [];
  let takes: ((picture: CallPicture) => void) | undefined;
  const pictures: Pictures = {
    show: (size) => void sizes.push(size),
    decode: () => expect.unreachable(),
    on: () => expect.unreachable(),
    take(taker) {
      takes = taker;
      return () => {
        takes = undefined;
      };
    },
  };
  const give = (device: string, value: number) => {
    const { width, height } = sizes.at(-1) ?? { width: 0, height: 0 };
    takes?.({ device, source: 'camera', width, height, rgb: new Uint8Array(3 * width * height).fill(value) });
  };
  return { pictures, sizes, give, isTaken: () => takes !== undefined };
}

const unnamed = { ffmpeg: 'none', nameOf: () => '' };

describe('a window', () => {
  it('shows what comes, asks for tiles of their size, and says when the person closes it', async () => {
    const shown = join(folder, 'shown');
    const { pictures, sizes, give, isTaken } = createPictures();
    let closed = 0;
    // It draws two pictures, and is closed.
    const program = `let n = 0; process.stdin.on('data', (b) => { n += b.length; if (n >= 2 * 960 * 540 * 3) { require('fs').writeFileSync(${JSON.stringify(shown)}, b.subarray(-3)); process.exit(); } });`;
    const close = await openWindow(pictures, { ...unnamed, onClosed: () => void closed++ }, async () => ({
      program: process.execPath,
      args: ['-e', program],
    }));
    expect(sizes).toEqual([{ width: 960, height: 540 }]);
    await expect
      .poll(() => {
        give('aa', 77);
        return closed;
      })
      .toBe(1);
    expect([...readFileSync(shown)]).toEqual([77, 77, 77]);
    expect(isTaken()).toBe(false);
    expect(sizes.at(-1)).toBeNull();
    close();
    expect(closed).toBe(1);
  });

  it('is closed by us without a word, and has smaller tiles for more members', async () => {
    const { pictures, sizes, give } = createPictures();
    const waiting = async () => ({ program: process.execPath, args: ['-e', 'process.stdin.resume()'] });
    const close = await openWindow(pictures, { ...unnamed, onClosed: () => expect.unreachable() }, waiting);
    give('aa', 1);
    give('bb', 2);
    expect(sizes.at(-1)).toEqual({ width: 480, height: 270 });
    close();
    expect(sizes.at(-1)).toBeNull();
  });

  it('is none without a display or a player', async () => {
    const { pictures } = createPictures();
    await expect(openWindow(pictures, { ...unnamed, onClosed() {} }, async () => undefined)).rejects.toMatchObject({ code: 'no_window' });
    if (process.platform !== 'linux') return;
    writeFileSync(join(folder, 'mpv'), '');
    chmodSync(join(folder, 'mpv'), 0o755);
    expect(await findPlayer({ ...canvas, rate: 15 }, { PATH: folder })).toBeUndefined();
    expect(await findPlayer({ ...canvas, rate: 15 }, { PATH: '/nowhere', DISPLAY: ':0' })).toBeUndefined();
    expect(await findPlayer({ ...canvas, rate: 15 }, { PATH: folder, DISPLAY: ':0' })).toMatchObject({ program: join(folder, 'mpv') });
  });
});
