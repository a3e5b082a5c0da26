/**
 * Builds dist/: programs and library (Rolldown), page (Vite), type declarations (tsc).
 *
 *   node scripts/build.mjs           all of it, whatever is there
 *   node scripts/build.mjs --stale   programs and page, where their sources changed: what starting needs
 *
 * Output is the same bytes for the same sources in whatever folder, and is moved into place only when it is whole.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import {
  dist,
  entries,
  hashInputs,
  listFiles,
  parts,
  readManifest,
  recordPart,
  root,
  scratch,
  staleParts,
  webEntry,
  withBuildLock,
} from './parts.mjs';

const declared = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies);
// Whoever asks for a build, out of a test or a shell of a developer: what comes out is the same, and React's is the small one.
process.env.NODE_ENV = 'production';

const builders = { node: buildNode, web: buildWeb };
const onlyStale = process.argv.includes('--stale');

mkdirSync(dist, { recursive: true });
mkdirSync(scratch, { recursive: true });

try {
  await withBuildLock(async () => {
    for (const name of onlyStale ? staleParts() : Object.keys(parts)) await buildPart(name);
    if (!onlyStale) buildTypes();
  });
} catch (error) {
  // Both bundlers' messages name file, line and import; where in the bundler it was thrown helps nobody.
  say(error.message);
  process.exitCode = 1;
}

async function buildPart(name) {
  const began = performance.now();
  const hash = hashInputs(parts[name]);
  const stage = join(scratch, `stage-${name}-${process.pid}`);
  rmSync(stage, { recursive: true, force: true });
  try {
    const built = await builders[name](stage, hash);
    if (!built) return;
    const files = moveIntoPlace(stage, name);
    recordPart(name, { hash, files });
    say(`built ${name}: ${files.length} files in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Programs and library for Node and bundlers. Our own code only: dependencies stay imports. */
async function buildNode(stage) {
  const { rolldown } = await import('rolldown');
  const input = {};
  for (const [name, source] of Object.entries(entries)) {
    if (existsSync(join(root, source))) input[name] = `./${source}`;
    else say(`note: ${source} does not exist yet, dist/${name}.js is left out`);
  }
  if (Object.keys(input).length === 0) return false;
  const bundle = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    tsconfig: false,
    plugins: [{ name: 'dependencies', resolveId: { order: 'pre', handler: resolveDependency } }],
    onwarn: (warning) => say(`warning: ${warning.message}`),
  });
  await bundle.write({ dir: stage, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' });
  await bundle.close();
  return true;
}

/** A package is imported when it is installed with us, and an error otherwise: it would be missing on other machines. */
function resolveDependency(id, importer) {
  if (/^[./]/.test(id) || /^[A-Za-z]:[\\/]/.test(id) || id.startsWith('\0')) return undefined;
  if (isBuiltin(id) || declared.some((name) => id === name || id.startsWith(`${name}/`))) return { id, external: true };
  throw new Error(`${relative(root, importer ?? '')} imports ${id}, which is not in package.json's dependencies`);
}

/** The page, with everything it imports inside. */
async function buildWeb(stage, hash) {
  if (!existsSync(join(root, webEntry))) {
    say(`note: ${webEntry} does not exist yet, dist/web is left out`);
    return false;
  }
  const { build, createLogger } = await import('vite');
  const logger = createLogger('warn');
  const { warn } = logger;
  // @hpke/common looks for Node's crypto where there is none on `globalThis`; a page has it there.
  logger.warn = (message, options) => (/"crypto" has been externalized.*@hpke\/common/.test(message) ? undefined : warn(message, options));
  // The page and the relay know the same name of this build; a page that hears another one from its relay is old.
  const name = hash.slice(0, 16);
  await build({
    root: join(root, 'src', 'web'),
    configFile: join(root, 'vite.config.ts'),
    configLoader: 'runner',
    mode: 'production',
    logLevel: 'warn',
    customLogger: logger,
    plugins: [
      {
        name: 'build-name',
        transformIndexHtml: () => [{ tag: 'meta', attrs: { name: 'corrillo-build', content: name }, injectTo: 'head' }],
      },
    ],
    build: { outDir: join(stage, 'web'), emptyOutDir: true },
  });
  writeFileSync(join(stage, 'web', 'build.json'), `${JSON.stringify({ build: name })}\n`);
  return true;
}

/**
 * Moves a finished stage into dist/, file by file: what others import first (chunks and assets, whose names carry their hash), what
 * names them last. Files of the build before stay one generation longer, because a program or a page that has just
 * started may still ask for them; a full build keeps nothing.
 */
function moveIntoPlace(stage, part) {
  const files = listFiles(stage).map((file) => relative(stage, file).split(sep).join('/'));
  const named = (file) => !/(^|\/)(chunks|assets)\//.test(file);
  for (const file of files.toSorted((a, b) => Number(named(a)) - Number(named(b)))) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    renameSync(join(stage, file), join(dist, file));
  }
  const kept = new Set([...files, ...(onlyStale ? (readManifest()[part]?.files ?? []) : [])]);
  for (const folder of part === 'web' ? ['web'] : ['chunks']) {
    for (const file of listFiles(join(dist, folder))) {
      if (!kept.has(relative(dist, file).split(sep).join('/'))) rmSync(file);
    }
  }
  return files;
}

/** Declarations of the library's entry points. They are not needed to start anything. */
function buildTypes() {
  const projects = ['client-node', 'client-browser'].filter((name) => existsSync(join(root, entries[name])));
  if (projects.length === 0) {
    say('note: the library has no entry points yet, dist/types is left out');
    return;
  }
  const began = performance.now();
  const outputs = join(dist, 'types');
  for (const file of listFiles(outputs)) {
    const source = join(root, 'src', relative(outputs, file).replace(/\.d\.ts$/, ''));
    if (!existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`)) rmSync(file);
  }
  // TypeScript trusts its notes in .build/ and does not look whether the declarations are still there.
  const missing = projects.some((name) => !existsSync(join(outputs, relative('src', entries[name]).replace(/\.ts$/, '.d.ts'))));
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-b',
      ...(missing ? ['--force'] : []),
      ...projects.map((name) => `tsconfig/${name}.json`),
    ],
    { cwd: root, stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) {
    say('the type declarations could not be built');
    process.exitCode = 1;
    return;
  }
  say(`built types: ${listFiles(outputs).length} files in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
