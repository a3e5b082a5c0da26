import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { colourDepthOf, to256, toLetter } from '../../src/terminal/calls/pictures/colours.ts';
import { createHalfBlocks } from '../../src/terminal/calls/pictures/half-blocks.ts';
import { createKitty } from '../../src/terminal/calls/pictures/kitty.ts';
import { createPictureLayer } from '../../src/terminal/calls/pictures/picture-layer.ts';
import { choosePainter, readPictureMode } from '../../src/terminal/calls/pictures/picture-mode.ts';
import { createPicturePace } from '../../src/terminal/calls/pictures/picture-pace.ts';
import { type Pixels, scaleInto } from '../../src/terminal/calls/pictures/scale.ts';
import { createSixel, encodeSixel } from '../../src/terminal/calls/pictures/sixel.ts';
import { createInquiry, NO_ABILITIES, readAnswer } from '../../src/terminal/calls/pictures/terminal-answers.ts';
import { layTiles, type Place } from '../../src/terminal/calls/pictures/tile-layout.ts';
import { paint } from '../support/fake-calls.ts';
import { decodeKitty, decodeSixel } from '../support/picture-decoders.ts';

const of = (width: number, height: number, ...pixels: number[][]): Pixels => ({ width, height, rgb: Uint8Array.from(pixels.flat()) });
const [red, green, blue, white, black] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
];
const E = '\u001b[';
const pixelAt = ({ rgb, width }: Pixels, x: number, y: number) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];

describe('a picture is scaled', () => {
  test('by the mean of what each pixel stands for', () => {
    const checks = of(4, 2, black, white, red, red, white, black, red, red);
    expect([...scaleInto(checks, 2, 1).rgb]).toEqual([128, 128, 128, 255, 0, 0]);
    expect([...scaleInto(of(1, 1, green), 2, 2).rgb]).toEqual([...green, ...green, ...green, ...green]);
  });

  test('whole, in the middle, on black, as wide as it was to its height', () => {
    const wide = scaleInto(of(2, 1, red, blue), 4, 4);
    expect([0, 1, 2, 3].map((y) => pixelAt(wide, 0, y))).toEqual([black, red, red, black]);
    // Pixels twice as high as wide: a square takes half as many rows.
    const letters = scaleInto(of(2, 2, red, red, red, red), 8, 4, 2);
    expect(letters.rgb.every((value, at) => value === (at % 3 === 0 ? 255 : 0))).toBe(true);
  });

  test('and one that is shorter than it says is black', () => {
    expect(scaleInto({ width: 100, height: 100, rgb: new Uint8Array(10) }, 2, 2).rgb.every((value) => value === 0)).toBe(true);
    expect(scaleInto({ width: 0, height: 0, rgb: new Uint8Array() }, 2, 2).rgb).toHaveLength(12);
  });
});

describe('half blocks', () => {
  const place = { row: 2, column: 4, columns: 2, rows: 1 };

  test('put two pixels into each cell, in their colours', () => {
    const painter = createHalfBlocks('true');
    expect(painter.draw('a', of(2, 2, red, green, blue, white), place)).toBe(
      `${E}3;5H${E}38;2;255;0;0;48;2;0;0;255m▀${E}38;2;0;255;0;48;2;255;255;255m▀${E}m`,
    );
    expect(createHalfBlocks('256').draw('a', of(2, 2, red, red, blue, blue), place)).toBe(`${E}3;5H${E}38;5;196;48;5;21m▀▀${E}m`);
  });

  test('are written where they changed, and nowhere else', () => {
    const painter = createHalfBlocks('true');
    painter.draw('a', of(2, 2, red, green, blue, white), place);
    expect(painter.draw('a', of(2, 2, red, green, blue, white), place)).toBe('');
    expect(painter.draw('a', of(2, 2, red, green, blue, black), place)).toBe(`${E}3;6H${E}38;2;0;255;0;48;2;0;0;0m▀${E}m`);
    // Of another member, at another place, and after it was taken away: whole.
    for (const again of [
      () => painter.draw('b', of(2, 2, red, green, blue, black), place),
      () => painter.draw('a', of(2, 2, red, green, blue, black), { ...place, row: 3 }),
      () => (painter.remove('a'), painter.draw('a', of(2, 2, red, green, blue, black), { ...place, row: 3 })),
    ])
      expect(again().split('▀')).toHaveLength(3);
  });

  test('do not drift: changes too small to be seen add up until they are drawn', () => {
    const painter = createHalfBlocks('true');
    const cell = { row: 0, column: 0, columns: 1, rows: 1 };
    const grey = (value: number) => of(1, 2, [value, value, value], [value, value, value]);
    painter.draw('a', grey(100), cell);
    expect(painter.draw('a', grey(104), cell)).toBe('');
    expect(painter.draw('a', grey(107), cell)).toBe('');
    expect(painter.draw('a', grey(109), cell)).toContain('2;109;109;109');
  });

  test('are letters where colours are not wanted or not there', () => {
    expect(createHalfBlocks('none').draw('a', of(2, 1, black, white), { ...place, columns: 4, rows: 1 })).toBe(`${E}3;5H  @@`);
    expect([0, 140, 255].map((value) => toLetter(value, value, value))).toEqual([' ', '+', '@']);
    expect(colourDepthOf({ TERM: 'xterm-256color' })).toBe('256');
    expect(colourDepthOf({ TERM: 'screen-256color', COLORTERM: 'truecolor' })).toBe('true');
    expect(colourDepthOf({ TERM: 'xterm' })).toBe('none');
    expect(colourDepthOf({ TERM: 'xterm-kitty', NO_COLOR: '1' })).toBe('none');
  });

  test('have the nearest of 256 colours', () => {
    const levels = [0, 95, 135, 175, 215, 255];
    const all = [
      ...Array.from({ length: 216 }, (_, n) => [16 + n, levels[Math.floor(n / 36)], levels[Math.floor(n / 6) % 6], levels[n % 6]]),
      ...Array.from({ length: 24 }, (_, n) => [232 + n, 8 + 10 * n, 8 + 10 * n, 8 + 10 * n]),
    ] as Array<[number, number, number, number]>;
    const away = (r: number, g: number, b: number, [, x, y, z]: [number, number, number, number]) =>
      (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
    const byte = fc.nat(255);
    fc.assert(
      fc.property(byte, byte, byte, (r, g, b) => {
        const best = Math.min(...all.map((colour) => away(r, g, b, colour)));
        const chosen = all.find(([number]) => number === to256(r, g, b)) as [number, number, number, number];
        // Of greys the nearest to the mean is taken, which may be the second best.
        expect(away(r, g, b, chosen)).toBeLessThanOrEqual(best * 1.3 + 75);
      }),
    );
  });
});

describe('sixel', () => {
  test('says the picture that was meant, in its colours', () => {
    const decoded = decodeSixel(encodeSixel(of(2, 2, red, green, blue, white), 6));
    expect(decoded).toMatchObject({ width: 2, height: 2 });
    expect([pixelAt(decoded, 0, 0), pixelAt(decoded, 1, 0), pixelAt(decoded, 0, 1), pixelAt(decoded, 1, 1)]).toEqual([
      red,
      green,
      blue,
      white,
    ]);
  });

  test.each([6, 4, 2])('of any size, with %i levels of each colour, on the whole as bright as it was', (levels) => {
    for (const [width, height] of [
      [1, 1],
      [7, 13],
      [160, 90],
      [33, 6],
    ] as const) {
      const rgb = paint('gradient', width, height);
      const decoded = decodeSixel(encodeSixel({ width, height, rgb }, levels));
      expect(decoded.rgb).toHaveLength(rgb.length);
      const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
      if (width > 30) expect(Math.abs(mean(decoded.rgb) - mean(rgb))).toBeLessThan(8);
      const most = 255 / (levels - 1);
      expect(rgb.every((value, at) => Math.abs(value - (decoded.rgb[at] as number)) <= most)).toBe(true);
    }
  });

  test('stands at its place, as large as its cells', () => {
    const painter = createSixel({ width: 8, height: 16 }, 256);
    const picture = { width: 32, height: 18, rgb: paint('left-red', 32, 18) };
    const bytes = painter.draw('a', picture, { row: 3, column: 5, columns: 10, rows: 3 });
    expect(bytes.startsWith(`${E}4;6H`)).toBe(true);
    const decoded = decodeSixel(bytes);
    expect(decoded).toMatchObject({ width: 80, height: 48 });
    expect([pixelAt(decoded, 10, 24), pixelAt(decoded, 70, 24), pixelAt(decoded, 40, 0)]).toEqual([red, blue, black]);
    // A larger place is not filled: encoding it would take too long.
    const wide = painter.draw('a', picture, { row: 0, column: 0, columns: 200, rows: 60 });
    expect(wide.startsWith(`${E}20;61H`)).toBe(true);
    expect(decodeSixel(wide)).toMatchObject({ width: 640, height: 352 });
  });
});

describe("kitty's protocol", () => {
  const place = { row: 3, column: 5, columns: 20, rows: 6 };

  test('carries the picture whole, in parts, and moves nothing', () => {
    const picture = { width: 320, height: 180, rgb: paint('noise', 320, 180) };
    const bytes = createKitty({ width: 10, height: 20 }).draw('a', picture, place);
    expect(bytes.startsWith(`${E}4;6H\u001b_G`)).toBe(true);
    const decoded = decodeKitty(bytes);
    expect(decoded).toMatchObject({ width: 200, height: 120, columns: 20, rows: 6, control: { a: 'T', f: '24', C: '1', q: '2' } });
    expect(Buffer.from(decoded.rgb).equals(Buffer.from(scaleInto(picture, 200, 120).rgb))).toBe(true);
    expect(bytes.split('\u001b_G').length).toBeGreaterThan(10);
  });

  test('leaves it to the terminal to make a picture larger', () => {
    const picture = { width: 32, height: 18, rgb: paint('left-red', 32, 18) };
    const decoded = decodeKitty(createKitty({ width: 10, height: 20 }).draw('a', picture, place));
    expect([decoded.width, decoded.height]).toEqual([32, 19]);
  });

  test('shows each member in place of its picture before, and takes it away', () => {
    const painter = createKitty({ width: 10, height: 20 });
    const picture = of(1, 1, red);
    const [first, again, other] = ['a', 'a', 'b'].map((key) => decodeKitty(painter.draw(key, picture, place)).id);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(painter.remove('a')).toBe(`\u001b_Ga=d,d=I,i=${first},q=2\u001b\\`);
    expect(painter.remove('a')).toBe('');
    expect(painter.goodbye).toBe('\u001b_Ga=d,d=A,q=2\u001b\\');
  });
});

describe('places', () => {
  test('are inside of the area, do not touch, and are as wide as pictures', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 100 }),
        (count, columns, most) => {
          const { rows, places } = layTiles(count, columns, most, 2);
          expect(rows).toBeLessThanOrEqual(most);
          const touch = (a: Place, b: Place) =>
            a.row <= b.row + b.rows && b.row <= a.row + a.rows && a.column < b.column + b.columns && b.column < a.column + a.columns;
          for (const [at, place] of places.entries()) {
            expect(place.column).toBeGreaterThanOrEqual(0);
            expect(place.column + place.columns).toBeLessThanOrEqual(columns);
            // Its name stands under it.
            expect(place.row + place.rows).toBeLessThan(rows);
            expect(places.slice(at + 1).some((other) => touch(place, other))).toBe(false);
            expect(Math.abs(place.columns - place.rows * 2 * (16 / 9))).toBeLessThan(4);
          }
        },
      ),
    );
  });

  test('are as many as there is room for', () => {
    expect(layTiles(1, 80, 10, 2).places).toEqual([{ row: 0, column: 24, columns: 32, rows: 9 }]);
    expect(layTiles(4, 80, 10, 2).places).toHaveLength(4);
    expect(layTiles(12, 300, 50, 2).places).toHaveLength(12);
    expect(layTiles(12, 24, 9, 2).places).toHaveLength(4);
    expect(layTiles(3, 80, 3, 2)).toEqual({ rows: 0, places: [] });
  });
});

describe('a terminal', () => {
  test('is known by what it answers', () => {
    expect(readAnswer('\u001b[?62;4;22c')).toEqual({ sixel: true });
    expect(readAnswer('\u001b[?4;6c')).toEqual({ sixel: false });
    expect(readAnswer('\u001b[?1;2c')).toEqual({ sixel: false });
    expect(readAnswer('\u001b_Gi=31;OK\u001b\\')).toEqual({ kitty: true });
    expect(readAnswer('\u001b_Gi=31;ENOTSUPPORTED:no\u001b\\')).toBeUndefined();
    expect(readAnswer('\u001b[6;18;9t')).toEqual({ cell: { width: 9, height: 18 } });
    expect(readAnswer('\u001b[6;0;9000t')).toBeUndefined();
    expect(readAnswer('\u001b[?1;0;256S')).toEqual({ registers: 256 });
    expect(readAnswer('\u001b[?0u')).toEqual({ releases: true });
  });

  test('is asked once, and waited for no longer than is bearable; what it says late counts', () => {
    vi.useFakeTimers();
    try {
      const changed = vi.fn<() => void>();
      const slow = createInquiry({ TERM: 'xterm' }, changed);
      const all = '\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\\u001b[16t\u001b[?1;1;0S\u001b[?u\u001b[c';
      expect([slow.ask(), slow.ask()]).toEqual([all, '']);
      expect(slow.known).toBeUndefined();
      vi.advanceTimersByTime(500);
      expect(slow.known).toEqual(NO_ABILITIES);
      slow.hear('\u001b_Gi=31;OK\u001b\\');
      expect(slow.known).toMatchObject({ kitty: true });
      expect(changed).toHaveBeenCalledTimes(2);

      const quick = createInquiry({ TERM: 'xterm' }, changed);
      quick.ask();
      quick.hear('\u001b[6;20;10t');
      expect(quick.known).toBeUndefined();
      quick.hear('\u001b[?62;4c');
      expect(quick.known).toMatchObject({ sixel: true, cell: { width: 10, height: 20 } });
      // Letters that became larger move the rows of a sixel picture.
      expect(slow.askAgain()).toBe('');
      expect(quick.askAgain()).toBe('\u001b[16t');
      changed.mockClear();
      quick.hear('\u001b[6;20;10t');
      expect(changed).not.toHaveBeenCalled();
      quick.hear('\u001b[6;40;20t');
      expect(changed).toHaveBeenCalledTimes(1);
      expect(quick.known).toMatchObject({ sixel: true, cell: { width: 20, height: 40 } });
      // tmux would make a title of it.
      for (const env of [{ TERM: 'screen-256color' }, { TERM: 'xterm', TMUX: '/tmp/tmux-0/default,1,0' }])
        expect(createInquiry(env, changed).ask()).toBe('\u001b[16t\u001b[?1;1;0S\u001b[?u\u001b[c');
      const console = createInquiry({ TERM: 'linux' }, changed);
      expect(console.ask()).toBe('');
      expect(console.known).toEqual(NO_ABILITIES);
    } finally {
      vi.useRealTimers();
    }
  });

  test('gets what it can show, or what was asked for', () => {
    const env = { TERM: 'xterm-256color' };
    const cell = { width: 10, height: 20 };
    const draws = (painter: ReturnType<typeof choosePainter>) =>
      painter?.draw('a', of(1, 1, red), { row: 0, column: 0, columns: 4, rows: 2 }) ?? '';
    const all = { ...NO_ABILITIES, kitty: true, sixel: true, cell };
    expect(draws(choosePainter('auto', all, env))).toContain('\u001b_G');
    expect(draws(choosePainter('auto', { ...all, kitty: false }, env))).toContain('\u001bP');
    // A sixel picture of unknown height would push the lines up.
    expect(draws(choosePainter('auto', { ...all, kitty: false, cell: null }, env))).toContain('▀');
    expect(draws(choosePainter('auto', NO_ABILITIES, env))).toContain('▀');
    expect(draws(choosePainter('blocks', all, env))).toContain('▀');
    expect(draws(choosePainter('kitty', NO_ABILITIES, env))).toContain('\u001b_G');
    expect(choosePainter('none', all, env) ?? choosePainter('window', all, env)).toBeUndefined();
    expect(readPictureMode(undefined)).toBe('auto');
    expect(() => readPictureMode('ascii')).toThrow(expect.objectContaining({ code: 'bad_flag' }));
  });
});

describe('pictures on the screen', () => {
  const tile = (key: string, row = 0) => ({ key, place: { row, column: 0, columns: 2, rows: 1 } });
  const picture = (device: string, ...pixels: number[][]) => ({ device, source: 'camera' as const, ...of(1, 1, ...pixels) });

  test('are the newest of each, drawn once', () => {
    const layer = createPictureLayer();
    layer.use(createHalfBlocks('true'));
    expect(layer.place([tile('a camera')], [0])).toBe(`${E}1;1H${E}K`);
    expect(layer.isStale).toBe(false);
    layer.take(picture('a', red));
    layer.take(picture('a', blue));
    layer.take(picture('b', green));
    expect(layer.isStale).toBe(true);
    const bytes = layer.draw();
    expect(bytes).toContain('2;0;0;255');
    expect(bytes).not.toContain('2;255;0;0');
    expect(bytes).not.toContain('2;0;255;0');
    expect(layer.draw()).toBe('');
    expect(layer.place([tile('a camera')], [0])).toBe('');
    // At another place it is drawn from what is known.
    layer.place([tile('a camera', 1)], [1]);
    expect(layer.draw()).toContain(`${E}2;1H`);
    layer.forget();
    expect(layer.place([tile('a camera', 1)], [1])).toContain(`${E}2;1H${E}K`);
    expect(layer.draw()).toContain('▀');
  });

  test('are kept for those in the call, and no more of them than a call has', () => {
    const layer = createPictureLayer();
    for (let i = 0; i < 200; i++) layer.take(picture(`d${i}`, red));
    expect(layer.has('d63 camera')).toBe(true);
    expect(layer.has('d64 camera')).toBe(false);
    layer.keep(new Set(['d1 camera']));
    expect([layer.has('d1 camera'), layer.has('d2 camera')]).toEqual([true, false]);
  });

  test('come no more often than the way to the terminal bears', () => {
    let now = 1000;
    const near = createPicturePace(false, () => now);
    near.wrote(1000, 1);
    expect(near.next).toBe(1066);
    near.wrote(1000, 100);
    expect(near.next).toBe(1400);
    near.wrote(2_000_000, 1);
    expect(near.next).toBe(1500);
    const far = createPicturePace(true, () => now);
    far.wrote(60_000, 0);
    expect(far.next).toBe(1100);
    now = 2000;
    far.wrote(1e9, 0);
    expect(far.next).toBe(5000);
  });
});
