/**
 * What the build makes of what, and whether it is still fresh. Only node: imports here: `npm start` asks this on every
 * run, before anything heavy is loaded, and must not wait for it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
export const dist = join(root, 'dist');
/** Everything that may be deleted at any time: locks, stages, what TypeScript remembers. */
export const scratch = join(root, '.build');

const shared = ['package-lock.json', 'scripts/build.mjs', 'scripts/parts.mjs'];

/** Programs and library: entry name in dist/ → source. All in one build, so that `instanceof` holds across entry points. */
export const entries = {
  main: 'src/main.ts',
  'file-process': 'src/server/blobs/process/entry.ts',
  'media-process': 'src/server/media/process/entry.ts',
  client: 'src/client/index.ts',
  'client-node': 'src/client/node/index.ts',
  'client-browser': 'src/client/browser/index.ts',
};

export const webEntry = 'src/web/index.html';

/** A part is rebuilt when the hash of its inputs is not the one it was built from, or when one of its files is gone. */
export const parts = {
  node: {
    inputs: [...shared, 'src'],
    ignored: ['src/web'],
  },
  web: {
    inputs: [...shared, 'vite.config.ts', 'src/web', 'src/protocol', 'src/crypto', 'src/client'],
    ignored: ['src/client/node'],
  },
};

/**
 * SHA-256 over the paths and bytes of a part's inputs, the same in every checkout of the same files.
 * @param {{ inputs: string[], ignored?: string[] }} part
 * @param {Map<string, string>} [texts] what was read already: most inputs are those of both parts
 */
export function hashInputs({ inputs, ignored = [] }, texts = new Map()) {
  const hash = createHash('sha256');
  const read = (path) => {
    // Line endings are normalised: a checkout on Windows is the same source.
    const text = texts.get(path) ?? readFileSync(join(root, path), 'latin1').replaceAll('\r\n', '\n');
    texts.set(path, text);
    return text;
  };
  const add = (path) => hash.update(`${path}\0`).update(read(path), 'latin1').update('\0');
  for (const input of inputs)
    for (const file of listFiles(join(root, input))) {
      const path = relative(root, file).split(sep).join('/');
      if (!ignored.some((prefix) => path.startsWith(`${prefix}/`))) add(path);
    }
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return hash.update(JSON.stringify([version, dependencies])).digest('hex');
}

/**
 * All files under a path, sorted; the path itself if it is a file; nothing if it is not there.
 * @returns {string[]}
 */
export function listFiles(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isDirectory() ? listFolder(path) : [path];
}

/** Asks for nothing that the folder itself says: this is a part of every start from a checkout. */
function listFolder(folder) {
  const names = new Map(readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry]));
  return [...names.keys()].toSorted().flatMap((name) => {
    const path = join(folder, name);
    const entry = names.get(name);
    if (entry.isDirectory()) return listFolder(path);
    return entry.isSymbolicLink() ? listFiles(path) : [path];
  });
}

const manifestFile = join(dist, '.build.json');

/** What is in dist/: `{ [part]: { hash, files } }`. */
export function readManifest() {
  try {
    return JSON.parse(readFileSync(manifestFile, 'utf8'));
  } catch {
    return {};
  }
}

/** Replaces one part's line in the manifest, whole or not at all. */
export function recordPart(name, entry) {
  const next = `${manifestFile}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify({ ...readManifest(), [name]: entry }, null, 1)}\n`);
  renameSync(next, manifestFile);
}

/** The names of the parts that have to be built. */
export function staleParts() {
  const manifest = readManifest();
  const texts = new Map();
  return Object.keys(parts).filter((name) => {
    const built = manifest[name];
    return (
      built === undefined || built.hash !== hashInputs(parts[name], texts) || !built.files.every((file) => existsSync(join(dist, file)))
    );
  });
}

/** Are the development tools here, or was this installed with --omit=dev? */
export function hasBuildTools() {
  return ['rolldown', 'vite'].every((name) => existsSync(join(root, 'node_modules', name, 'package.json')));
}

const PATIENCE = 5 * 60_000;
const POLL = 100;

/**
 * Runs `work` while holding the lock. It only saves work: builders write to stages of their own and what they move into
 * place is the same for the same sources, so when the lock's holder is gone, or takes longer than five minutes, or
 * two processes recover it at once, nothing worse happens than building twice.
 */
export async function withBuildLock(work) {
  const lock = join(scratch, 'lock');
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (Date.now() > deadline || holderIsGone(lock)) rmSync(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function holderIsGone(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // Created and not yet written: give it a moment before taking it for the work of somebody who died in between.
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs > 5_000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
