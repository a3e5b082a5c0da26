import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the page, in memory: nothing outside of the list read at start can ever be asked for. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** The same compressed; undefined where that gains nothing. */
  gzip(): Buffer | undefined;
  readonly etag: string;
  /** Its name changes with its contents. */
  readonly immutable: boolean;
}

export interface PageFiles {
  /** Path of the address (`/assets/x.js`) → file. */
  get(path: string): PageFile | undefined;
  /** The page itself; undefined while it has not been built. */
  readonly page: PageFile | undefined;
  /** The name of this build, which the page carries too: one that carries another is old. Empty where there is none. */
  readonly build: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};
const COMPRESSED = /^(text|application\/(json|wasm|manifest)|image\/svg)/;

/** The built page beside the program: in dist/ both when it runs from there and when it runs from the sources. */
export function findPageFolder(): string {
  // This file ends up in dist/ or in dist/chunks/.
  const built = ['web', join('..', 'web')].map((path) => join(import.meta.dirname, path));
  const sources = join(import.meta.dirname, '..', '..', '..', '..', 'dist', 'web');
  return built.find((folder) => statSync(join(folder, 'index.html'), { throwIfNoEntry: false })) ?? sources;
}

/** Reads all files below `root`; a folder that is not there has none. */
export function readPageFiles(root: string): PageFiles {
  const filesByPath = new Map<string, PageFile>();
  for (const file of listFiles(root)) {
    const path = `/${relative(root, file).split(sep).join('/')}`;
    filesByPath.set(path, createPageFile(path, readFileSync(file)));
  }
  const page = filesByPath.get('/index.html');
  const note = filesByPath.get('/build.json');
  const { build } = note ? (JSON.parse(note.bytes.toString()) as { build: string }) : { build: '' };
  return { get: (path) => filesByPath.get(path), page, build };
}

function createPageFile(path: string, bytes: Buffer): PageFile {
  const type = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
  let gzip: Buffer | null | undefined;
  return {
    type,
    bytes,
    etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
    immutable: path.startsWith('/assets/'),
    gzip() {
      if (gzip === undefined) {
        const packed = COMPRESSED.test(type) ? gzipSync(bytes) : undefined;
        gzip = packed && packed.length < bytes.length ? packed : null;
      }
      return gzip ?? undefined;
    },
  };
}

function listFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : entry.isFile() ? [path] : [];
  });
}
