import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';

/** A relay's folder and two clients' as a program of some version left them, and what is in them. */
export interface OldData {
  readonly version: string;
  readonly room: string;
  /** What opens the room's door, in hexadecimal digits. */
  readonly secret: string;
  /** SHA-256 of the relay's SubjectPublicKeyInfo, in hexadecimal digits. */
  readonly relayKey: string;
  /** What each had on the screen, oldest first: Juan came after the first line. */
  readonly lines: Readonly<Record<'ana' | 'juan', readonly Line[]>>;
  readonly members: readonly string[];
  /** A line that Ana wrote when the relay was away: it still waits in her outbox. */
  readonly waiting: string;
  /** Path → Brotli in base64. The keys among them belong to nobody. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Line {
  readonly from: string;
  readonly text: string;
}

export const OLD_FOLDER = join(import.meta.dirname, 'old');

export const listOldData = (): string[] => readdirSync(OLD_FOLDER).filter((name) => name.endsWith('.json'));

/** @returns what it was told of it; the folders `relay`, `ana` and `juan` are then in `target` */
export function unpack(name: string, target: string): OldData {
  const data = JSON.parse(readFileSync(join(OLD_FOLDER, name), 'utf8')) as OldData;
  for (const [path, packed] of Object.entries(data.files)) {
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, brotliDecompressSync(Buffer.from(packed, 'base64')), { mode: 0o600 });
  }
  return data;
}

/** All files of a folder but locks, which belong to a process. */
export function pack(folder: string, prefix: string): Record<string, string> {
  return Object.assign(
    {},
    ...readdirSync(folder).map((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      if (stat.isDirectory()) return pack(path, `${prefix}/${name}`);
      if (!stat.isFile() || /lock(\.mdb)?$/.test(name)) return {};
      return { [`${prefix}/${name}`]: brotliCompressSync(readFileSync(path)).toString('base64') };
    }),
  ) as Record<string, string>;
}
