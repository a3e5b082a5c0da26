'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');

async function start() {
  // Only a checkout has src/: there whatever is missing or stale is built first. An installed package is complete.
  if (existsSync(join(root, 'src'))) {
    const { ensureBuilt } = await import('../scripts/ensure-built.mjs');
    const problem = await ensureBuilt();
    if (problem !== undefined) {
      process.stderr.write(`${problem}\n`);
      process.exit(1);
    }
  }
  const { main } = await import('../dist/main.js');
  await main(process.argv.slice(2));
}

start().catch(function (/** @type {unknown} */ error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
