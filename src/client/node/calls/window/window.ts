import { CodedError } from '../../../../protocol/index.ts';
import type { CallPicture } from '../contract.ts';
import { startChild } from '../ffmpeg/child.ts';
import type { Pictures } from '../ffmpeg/pictures.ts';
import { createLabels } from './labels.ts';
import { drawMosaic, layOut } from './mosaic.ts';
import { type Canvas, findPlayer, type Player } from './players.ts';

const CANVAS: Canvas = { width: 960, height: 540, rate: 15 };
/** Nothing new came of a camera for so long: it is off. ms */
const STALE = 3_000;
/** Pictures that may wait in the pipe: later ones are newer. */
const MOST_WAITING = 2;

export interface WindowOptions {
  /** What it is called here: it writes the names. */
  readonly ffmpeg: string;
  /** What stands on a picture. */
  nameOf(picture: Pick<CallPicture, 'device' | 'source'>): string;
  /** The person closed it. */
  onClosed(): void;
}

/**
 * Everybody in one window of the system's player.
 * Rejects with CodedError `no_window`. @returns closes it
 */
export async function openWindow(
  pictures: Pictures,
  { ffmpeg, nameOf, onClosed }: WindowOptions,
  find: (canvas: Canvas) => Promise<Player | undefined> = findPlayer,
): Promise<() => void> {
  const player = await find(CANVAS);
  if (player === undefined) throw new CodedError('no_window');
  const newest = new Map<string, { readonly picture: CallPicture; readonly at: number }>();
  let changed = true;
  const labels = createLabels(ffmpeg, () => (changed = true));

  const size = 3 * CANVAS.width * CANVAS.height;
  const child = startChild({
    ...player,
    mostUnsent: MOST_WAITING * size,
    onEnd() {
      end();
      onClosed();
    },
  });
  const stop = pictures.take((picture) => {
    newest.set(`${picture.device} ${picture.source}`, { picture, at: performance.now() });
    changed = true;
    fit();
  });
  const timer = setInterval(draw, 1_000 / CANVAS.rate);
  timer.unref();
  fit();

  /** Decoders bring pictures to the size of a tile by themselves. */
  function fit(): void {
    const { width, height } = layOut(newest.size, CANVAS);
    pictures.show({ width, height });
  }

  function draw(): void {
    const now = performance.now();
    for (const [key, { at }] of newest) {
      if (now - at <= STALE) continue;
      newest.delete(key);
      changed = true;
      fit();
    }
    if (!changed) return;
    changed = !child.write(
      drawMosaic(
        [...newest.values()].map(({ picture }) => ({ ...picture, label: labels.of(nameOf(picture)) })),
        CANVAS,
      ),
    );
  }

  function end(): void {
    clearInterval(timer);
    stop();
    pictures.show(null);
  }

  return () => {
    end();
    void child.close();
  };
}
