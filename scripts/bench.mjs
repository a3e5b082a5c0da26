/**
 * `npm run bench`: the relay beside what Node can do at best (bench/ceiling.mjs), pair by pair on one machine, because only ratios travel.
 * `npm run bench -- 500 5`: 500 receivers, 5 pairs. bench/native.mjs also fits other benchmarks that take adapters of this kind.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './parts.mjs';

const [receivers = '200', pairs = '3'] = process.argv.slice(2);
const SECONDS = 2;
const LEAST_RATIO = 0.3;
const STARTING_TIME = 20_000;
const RUN_TIME = 90_000;

const ratios = { rate: [], cpu: [] };
console.log(`Fan-out to ${receivers}, 256 B a message, all of it on disk before it is sent on; ${pairs} pairs.\n`);
console.log('| pair | relay, deliveries/s | ceiling | ratio | relay, CPU s per million | ceiling | ratio |\n|---|---|---|---|---|---|---|');
for (let pair = 1; pair <= Number(pairs); pair++) {
  const relay = await measure('native.mjs');
  const ceiling = await measure('ceiling.mjs');
  ratios.rate.push(relay.rate / ceiling.rate);
  ratios.cpu.push(relay.cpu / ceiling.cpu);
  console.log(
    `| ${[pair, relay.rate, ceiling.rate, ratios.rate.at(-1).toFixed(2), relay.cpu.toFixed(2), ceiling.cpu.toFixed(2), ratios.cpu.at(-1).toFixed(2)].join(' | ')} |`,
  );
}
const [rate, cpu] = [median(ratios.rate), median(ratios.cpu)];
console.log(`\nThe relay delivers ${rate.toFixed(2)} × what the ceiling does, for ${cpu.toFixed(2)} × its CPU time.`);
// On a busy machine the rate tells who was held up, the CPU time still what was done.
if (Math.max(rate, Number.isNaN(cpu) ? 0 : 1 / cpu) < LEAST_RATIO) {
  console.log(`${LEAST_RATIO} × is the least: the log or the fan-out has the wrong shape.`);
  process.exitCode = 1;
}

/** One run against a fresh server: what bench/fan-out.mjs prints. */
async function measure(name) {
  const module = join(root, 'bench', name);
  const adapter = await import(module);
  const dir = mkdtempSync(join(tmpdir(), 'corrillo-bench-'));
  const port = await findPort();
  let server;
  let log = '';
  const node = (script, args) => {
    server = spawn(process.execPath, [script, ...args.map(String)], { stdio: ['ignore', 'ignore', 'pipe'] });
    server.stderr.on('data', (chunk) => (log = `${log}${chunk}`.slice(-2_000)));
    return {};
  };
  try {
    const info = { port, ...(await adapter.start({ port, dir, node })) };
    await waitFor(port, server, () => log);
    return await generate(module, info, server.pid);
  } finally {
    server?.kill('SIGTERM');
    if (server?.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
    rmSync(dir, { recursive: true, force: true });
  }
}

async function generate(module, info, pid) {
  const generator = spawn(
    process.execPath,
    [join(root, 'bench', 'fan-out.mjs'), module, JSON.stringify(info), receivers, String(SECONDS), String(pid)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: RUN_TIME,
    },
  );
  let output = '';
  generator.stdout.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => generator.once('close', resolve));
  const result = JSON.parse(output || '{"lost":"the generator ended early"}');
  if (result.lost || result.missing !== 0) throw new Error(`not all was delivered: ${JSON.stringify(result)}`);
  return result;
}

function findPort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function waitFor(port, server, log) {
  for (const end = performance.now() + STARTING_TIME; performance.now() < end; await sleep(50)) {
    if (server.exitCode !== null) throw new Error(`the server ended: ${log()}`);
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
  }
  throw new Error(`port ${port} did not open: ${log()}`);
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}
