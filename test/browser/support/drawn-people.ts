import { writeFileSync } from 'node:fs';

type Rgb = readonly [number, number, number];

/** Somebody at home, as a camera sees them: drawn, since no picture of anybody belongs here. */
export interface DrawnPerson {
  /** Above and below, behind them. */
  readonly wall: readonly [Rgb, Rgb];
  readonly window: Rgb;
  readonly skin: Rgb;
  readonly hair: Rgb;
  readonly longHair: boolean;
  readonly shirt: Rgb;
  /** Of glasses, which not everybody has. */
  readonly glasses: Rgb | null;
}

const SIZE = { width: 640, height: 360 };
const RATE = 15;
const SECONDS = 2;
/** Pixels over which an edge is blurred. */
const SOFT = 1.5;

/** A film of a person who sways a little, again and again (YUV4MPEG2). */
export function writeDrawnPerson(file: string, person: DrawnPerson): void {
  const frames: Buffer[] = [Buffer.from(`YUV4MPEG2 W${SIZE.width} H${SIZE.height} F${RATE}:1 Ip A1:1 C420jpeg\n`)];
  for (let i = 0; i < RATE * SECONDS; i++) frames.push(Buffer.from('FRAME\n'), frameOf(person, (2 * Math.PI * i) / (RATE * SECONDS)));
  writeFileSync(file, Buffer.concat(frames));
}

function frameOf(person: DrawnPerson, phase: number): Buffer {
  const { width, height } = SIZE;
  const luma = Buffer.alloc(width * height);
  const chroma = [Buffer.alloc(luma.length / 4), Buffer.alloc(luma.length / 4)] as const;
  const paint = painterOf(person, phase);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [r, g, b] = paint(x, y);
      // BT.601, as cameras say it.
      luma[y * width + x] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      if (x % 2 === 1 || y % 2 === 1) continue;
      const at = (y / 2) * (width / 2) + x / 2;
      chroma[0][at] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      chroma[1][at] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  return Buffer.concat([luma, ...chroma]);
}

interface Oval {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly tall: number;
  readonly colour: Rgb;
  /** Pixels, of an outline; absent: it is filled. */
  readonly line?: number;
  /** Nothing is drawn below (or above) this line. */
  readonly above?: number;
  readonly below?: number;
}

/** In pixels; what comes later lies on top. */
function painterOf({ wall, window, skin, hair, longHair, shirt, glasses }: DrawnPerson, phase: number): (x: number, y: number) => Rgb {
  const x = 320 + 9 * Math.sin(phase);
  const y = 165 + 3 * Math.sin(2 * phase);
  const dark = mix(skin, [60, 20, 10], 0.18);
  const eye = { y: y - 4, wide: 5, tall: 6, colour: [45, 32, 30] as const };
  const glass = { y: y - 3, wide: 22, tall: 19, line: 3 };
  const ovals: Oval[] = [
    ...(longHair ? [{ x, y: y + 22, wide: 86, tall: 112, colour: hair }] : []),
    { x: x - 2, y: 392, wide: 168, tall: 138, colour: shirt },
    { x, y: y + 82, wide: 31, tall: 48, colour: dark },
    { x, y, wide: 64, tall: 80, colour: skin },
    { x, y: y - 22, wide: 70, tall: 74, colour: hair, above: y - 34 },
    { x: x - 24, ...eye },
    { x: x + 24, ...eye },
    { x, y: y + 20, wide: 7, tall: 9, colour: dark, below: y + 18 },
    { x, y: y + 30, wide: 25, tall: 17, colour: [150, 52, 52], line: 5, below: y + 36 },
    ...(glasses ? [-25, 25].map((side) => ({ x: x + side, ...glass, colour: glasses })) : []),
  ];
  return (px, py) => {
    let colour = mix(wall[0], wall[1], py / SIZE.height);
    if (px > 452 && px < 592 && py > 40 && py < 190 && Math.abs(px - 522) > 3 && Math.abs(py - 115) > 3)
      colour = mix(window, wall[0], (py - 40) / 400);
    for (const oval of ovals) {
      const cover = coverOf(oval, px, py);
      if (cover > 0) colour = mix(colour, oval.colour, cover);
    }
    return colour;
  };
}

/** 0 to 1 */
function coverOf({ x, y, wide, tall, line, above, below }: Oval, px: number, py: number): number {
  if ((above !== undefined && py > above) || (below !== undefined && py < below)) return 0;
  const [right, down] = [(px - x) / wide, (py - y) / tall];
  // Most pixels are far from most ovals, and there are millions of them.
  if (right > 1.2 || right < -1.2 || down > 1.2 || down < -1.2) return 0;
  const inside = (1 - Math.sqrt(right * right + down * down)) * Math.min(wide, tall);
  const edge = line === undefined ? inside : line / 2 - Math.abs(inside - line / 2);
  return Math.min(1, Math.max(0, edge / SOFT + 0.5));
}

const mix = ([r, g, b]: Rgb, [red, green, blue]: Rgb, share: number): Rgb => [
  r + (red - r) * share,
  g + (green - g) * share,
  b + (blue - b) * share,
];
