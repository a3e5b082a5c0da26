import type { Arrangement, Picture } from './pictures.ts';
import { type Box, GAP, type Size, tile } from './tiling.ts';

/** A picture and where it is. */
export interface Placed {
  readonly picture: Picture;
  readonly box: Box;
  readonly role: 'main' | 'alike' | 'beside' | 'float';
}

export interface StageLayout {
  readonly placed: readonly Placed[];
  /** How many have no place, and where that is said. */
  readonly more: { readonly count: number; readonly box: Box } | null;
  /** Of all of it; more than there is where it scrolls. */
  readonly height: number;
}

const clamp = (least: number, value: number, most: number) => Math.min(Math.max(value, least), most);

/** Puts the pictures of a call into a space. What others say meanwhile keeps its place: only what is asked for moves. */
export function layOut({ main, others, float }: Arrangement, space: Size, speaker: string | null): StageLayout {
  if (main === null) {
    const { boxes, height } = tile(others.length, space);
    const placed = others.flatMap((picture, i): Placed[] => withBox(picture, boxes[i], 'alike'));
    const [only] = boxes;
    return { placed: [...placed, ...floating(float, only ?? { x: 0, y: 0, ...space })], more: null, height };
  }
  if (others.length === 0) {
    const whole = { x: 0, y: 0, ...space };
    return { placed: [{ picture: main, box: whole, role: 'main' }, ...floating(float, whole)], more: null, height: space.height };
  }
  const strip = measureStrip(space);
  const shown = fill(others, strip.room, speaker);
  const boxes = strip.boxes(shown.length + (shown.length < others.length ? 1 : 0));
  const last = boxes[shown.length];
  return {
    placed: [
      { picture: main, box: strip.main, role: 'main' },
      ...shown.flatMap((picture, i): Placed[] => withBox(picture, boxes[i], 'beside')),
    ],
    more: last ? { count: others.length - shown.length, box: last } : null,
    height: space.height,
  };
}

function withBox(picture: Picture, box: Box | undefined, role: Placed['role']): Placed[] {
  return box ? [{ picture, box, role }] : [];
}

/** The own picture, in the corner where thumbs and names are not. */
function floating(picture: Picture | null, over: Box): Placed[] {
  if (!picture) return [];
  const upright = over.height > over.width;
  const width = upright ? clamp(72, over.width * 0.27, 132) : clamp(88, over.width * 0.2, 224);
  const height = upright ? (width * 4) / 3 : (width * 3) / 4;
  const x = over.x + over.width - width - GAP * 1.5;
  const y = over.y + over.height - height - GAP * 1.5;
  return [{ picture, box: { x, y, width, height }, role: 'float' }];
}

/** Those beside a large picture: at the side of a wide screen, below it on an upright one. */
function measureStrip({ width, height }: Size) {
  const atSide = width > height * 1.25;
  const size = atSide ? sized(clamp(84, width * 0.19, 216), 3 / 4) : sized(clamp(72, width * 0.24, 150), 1);
  const along = atSide ? height : width;
  const step = (atSide ? size.height : size.width) + GAP;
  const room = Math.max(1, Math.floor((along + GAP) / step));
  return {
    room,
    main: atSide
      ? { x: 0, y: 0, width: Math.max(width - size.width - GAP, 0), height }
      : { x: 0, y: 0, width, height: Math.max(height - size.height - GAP, 0) },
    boxes(count: number): Box[] {
      const start = Math.max(0, (along - (count * step - GAP)) / 2);
      return Array.from({ length: count }, (_, i) =>
        atSide ? { x: width - size.width, y: start + i * step, ...size } : { x: start + i * step, y: height - size.height, ...size },
      );
    },
  };
}

const sized = (width: number, ratio: number): Size => ({ width, height: width * ratio });

/** As many as there is room for; who speaks is among them. */
function fill(others: readonly Picture[], room: number, speaker: string | null): readonly Picture[] {
  if (others.length <= room) return others;
  const kept = others.slice(0, Math.max(room - 1, 0));
  const speaks = others.find(({ member, source }) => member.device === speaker && source === 'camera');
  return speaks && kept.length > 0 && !kept.includes(speaks) ? [...kept.slice(0, -1), speaks] : kept;
}
