import { execFile } from 'node:child_process';
import { QUIET } from '../ffmpeg/program.ts';

/** A name as a picture: how much of each pixel is letter, 0 to 255. */
export interface Label {
  readonly width: number;
  readonly height: number;
  readonly letters: Uint8Array;
}

/** Names for the pictures of a window. */
export interface Labels {
  /** Undefined until it is drawn, and where it cannot be: ffmpeg without fonts. */
  of(name: string): Label | undefined;
}

const [WIDTH, HEIGHT, MARGIN] = [300, 28, 8];
const FONT = 17;
const MOST_LETTERS = 40;
/** Names of a call and of those who came and went; drawn one after the other. */
const MOST_NAMES = 64;
const DRAWING_TIME = 10_000;
/**
 * What is in no name of this kind cannot end the text: to ffmpeg a name is part of a description of filters, in which quotes, colons, commas and
 * backslashes say something, and some filters read files.
 */
const UNSAFE = /[^\p{L}\p{M}\p{N} ._’-]/gu;

/** @param onDrawn there is another one */
export function createLabels(ffmpeg: string, onDrawn: () => void): Labels {
  const labelsByName = new Map<string, Label | undefined>();
  let last = Promise.resolve();
  return {
    of(name) {
      if (labelsByName.has(name) || labelsByName.size >= MOST_NAMES) return labelsByName.get(name);
      labelsByName.set(name, undefined);
      last = last.then(async () => {
        labelsByName.set(name, await drawName(ffmpeg, name));
        onDrawn();
      });
      return undefined;
    },
  };
}

/** @returns undefined for a name of which nothing is left, and where ffmpeg cannot write */
export async function drawName(ffmpeg: string, name: string): Promise<Label | undefined> {
  const text = Array.from(name.replaceAll("'", '’').replaceAll(UNSAFE, '')).slice(0, MOST_LETTERS).join('').trim();
  if (text === '') return undefined;
  const drawing = `drawtext=text='${text}':expansion=none:fontsize=${FONT}:fontcolor=white:x=${MARGIN}:y=(h-text_h)/2`;
  const drawn = await new Promise<Buffer>((resolve) => {
    const parameters = [
      ...QUIET,
      ...['-f', 'lavfi', '-i', `color=c=black:s=${WIDTH}x${HEIGHT},format=gray,${drawing}`],
      ...['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
    ];
    const options = { encoding: 'buffer', timeout: DRAWING_TIME, maxBuffer: 2 * WIDTH * HEIGHT, windowsHide: true } as const;
    execFile(ffmpeg, parameters, options, (error, stdout) => resolve(error ? Buffer.alloc(0) : stdout));
  });
  return drawn.length < WIDTH * HEIGHT ? undefined : cut(drawn);
}

/** As wide as what stands in it. */
function cut(drawn: Uint8Array): Label | undefined {
  // Black is 0 or 16, as this ffmpeg counts.
  const [black, white] = [Math.min(...drawn), Math.max(...drawn)];
  if (white === black) return undefined;
  let end = 0;
  for (const [at, value] of drawn.entries()) if (value > black) end = Math.max(end, (at % WIDTH) + 1);
  const width = Math.min(WIDTH, end + MARGIN);
  const letters = new Uint8Array(width * HEIGHT);
  for (let at = 0; at < letters.length; at++) {
    const value = drawn[Math.floor(at / width) * WIDTH + (at % width)] as number;
    letters[at] = Math.round((255 * (value - black)) / (white - black));
  }
  return { width, height: HEIGHT, letters };
}
