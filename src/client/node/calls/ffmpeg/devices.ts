import { readdir } from 'node:fs/promises';
import { ask, type Ffmpeg } from './program.ts';

/** By the names that ffmpeg takes them by; the one that is used by default first. */
export interface CallDevices {
  readonly cameras: readonly string[];
  readonly microphones: readonly string[];
  /** Formats that sound can be played through now. */
  readonly speakers: readonly string[];
}

export async function listDevices(ffmpeg: Ffmpeg): Promise<CallDevices> {
  const { inputs } = ffmpeg;
  if (inputs.includes('avfoundation')) return listAvfoundation(ffmpeg);
  if (inputs.includes('dshow')) return listDshow(ffmpeg);
  const [cameras, microphones, speakers] = await Promise.all([listVideo4linux(), listSources(ffmpeg), listSinks(ffmpeg)]);
  return { cameras, microphones, speakers };
}

/** Of several nodes of one camera the first gives pictures. */
async function listVideo4linux(): Promise<string[]> {
  const names = await readdir('/dev').catch(() => []);
  return names
    .filter((name) => /^video\d+$/.test(name))
    .toSorted((a, b) => Number(a.slice(5)) - Number(b.slice(5)))
    .map((name) => `/dev/${name}`);
}

/** `* name [description] (media)`, the star before the default one. Monitors repeat what is played. */
const readListed = (said: string | undefined) =>
  [...(said ?? '').matchAll(/^([* ]) (\S+) \[/gm)]
    .toSorted(([, a = ''], [, b = '']) => b.localeCompare(a))
    .map(([, , name = '']) => name)
    .filter((name) => !name.endsWith('.monitor'));

async function listSources({ program, inputs }: Ffmpeg): Promise<string[]> {
  for (const format of ['pulse', 'alsa'].filter((format) => inputs.includes(format))) {
    const found = readListed(await ask(program, '-hide_banner', '-sources', format)).filter((name) => name !== 'null');
    if (found.length > 0 && (format !== 'alsa' || (await hasAlsa('c')))) return found;
  }
  return [];
}

async function listSinks({ program, outputs }: Ffmpeg): Promise<string[]> {
  const found: string[] = [];
  for (const format of ['pulse', 'alsa'].filter((format) => outputs.includes(format))) {
    const sinks = readListed(await ask(program, '-hide_banner', '-sinks', format)).filter((name) => name !== 'null');
    if (sinks.length > 0 && (format !== 'alsa' || (await hasAlsa('p')))) found.push(format);
  }
  return found;
}

/** ALSA names devices even where there is no card. @param direction `c` captures, `p` plays */
async function hasAlsa(direction: 'c' | 'p'): Promise<boolean> {
  const names = await readdir('/dev/snd').catch(() => []);
  return names.some((name) => new RegExp(`^pcmC\\d+D\\d+${direction}$`).test(name));
}

/** Numbered, under a heading each for pictures and sound. */
async function listAvfoundation({ program }: Ffmpeg): Promise<CallDevices> {
  const said = (await ask(program, '-hide_banner', '-f', 'avfoundation', '-list_devices', 'true', '-i', '')) ?? '';
  const [pictures = '', sound = ''] = said.split(/AVFoundation audio devices/);
  const numbers = (part: string) => [...part.matchAll(/\] \[(\d+)\] (?!Capture screen)/g)].map(([, number = '']) => number);
  return { cameras: numbers(pictures), microphones: numbers(sound), speakers: ['audiotoolbox'] };
}

async function listDshow({ program }: Ffmpeg): Promise<CallDevices> {
  const said = (await ask(program, '-hide_banner', '-f', 'dshow', '-list_devices', 'true', '-i', 'dummy')) ?? '';
  const named = (kind: string) => [...said.matchAll(/"([^"]+)" \((\w+)\)/g)].flatMap(([, name = '', is]) => (is === kind ? [name] : []));
  return { cameras: named('video'), microphones: named('audio'), speakers: ['ffplay'] };
}
