import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What draws pictures from a pipe in a window, and how. */
export interface Player {
  readonly program: string;
  readonly args: readonly string[];
}

/** What is drawn, and how often. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** A second. */
  readonly rate: number;
}

const TITLE = 'Corrillo';

/** ffplay comes with ffmpeg; both close at `q`. */
const PLAYERS: Readonly<Record<string, (canvas: Canvas) => readonly string[]>> = {
  ffplay: ({ width, height, rate }) => [
    ...['-hide_banner', '-loglevel', 'error', '-window_title', TITLE, '-fflags', 'nobuffer', '-flags', 'low_delay', '-framedrop'],
    ...['-probesize', '32', '-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`, '-framerate', `${rate}`],
    ...['-i', 'pipe:0'],
  ],
  mpv: ({ width, height, rate }) => [
    ...['--no-config', '--no-terminal', `--title=${TITLE}`, '--profile=low-latency', '--untimed', '--demuxer=rawvideo'],
    ...[`--demuxer-rawvideo-w=${width}`, `--demuxer-rawvideo-h=${height}`, `--demuxer-rawvideo-fps=${rate}`],
    ...['--demuxer-rawvideo-mp-format=rgb24', '-'],
  ],
};

/** @returns undefined where there is no display, or no player */
export async function findPlayer(canvas: Canvas, env: NodeJS.ProcessEnv = process.env): Promise<Player | undefined> {
  const isDesktop = process.platform === 'darwin' || process.platform === 'win32';
  if (!isDesktop && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return undefined;
  for (const [name, argsOf] of Object.entries(PLAYERS)) {
    const program = await locate(name, env);
    if (program !== undefined) return { program, args: argsOf(canvas) };
  }
  return undefined;
}

async function locate(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')) {
    const path = join(folder, file);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}
