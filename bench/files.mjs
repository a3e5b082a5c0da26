/**
 * `npm run bench:files`: a file of 1 GiB up and down through two terminals, sealed, beside curl with nginx over TLS and scp, round by round on one machine, because
 * only ratios travel; and what a chat in the same room feels of it. `npm run bench:files -- 256 5`: 256 MiB, 5 rounds. All in memory (tmpfs), both ends.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideNeeds } from '../scripts/needs.mjs';
import { ensureBuilt } from '../scripts/ensure-built.mjs';
import { measureChat, quantile } from './files/chat.mjs';
import { gather, startRelay } from './files/corrillo.mjs';
import { startNginx, startSsh } from './files/peers.mjs';
import { familyOf, residentBytes } from './files/processes.mjs';

/** The bars of the issue this came from. */
const LEAST = { ofNginx: 0.6, ofScp: 1.5 };
const MEMORY = 150 * 1024 * 1024;
const CHAT = { times: 3, ms: 10 };

const [size = '1024', rounds = '3'] = process.argv.slice(2);
const MIB = 1024 * 1024;
const lacking = provideNeeds('bench') ?? (await ensureBuilt());
if (lacking) {
  console.log(lacking);
  process.exit(1);
}
const folder = mkdtempSync(join(hasTmpfs() ? '/dev/shm' : tmpdir(), 'corrillo-files-'));
const running = [];
try {
  await bench();
} finally {
  for (const { stop } of running.toReversed()) await stop();
  rmSync(folder, { recursive: true, force: true });
}

async function bench() {
  const source = join(folder, 'source');
  execFileSync('openssl', ['rand', '-out', source, String(Number(size) * MIB)]);
  const nginx = await startNginx(join(folder, 'nginx'));
  running.push(nginx);
  const ssh = await startSsh(join(folder, 'ssh'));
  running.push(ssh);
  const relay = await startRelay(join(folder, 'relay'));
  running.push({ stop: () => end(relay) });
  const people = await gather(relay, folder, ['ana', 'juan', 'eva']);
  for (const person of Object.values(people)) running.push({ stop: () => end(person) });
  const { ana, juan, eva } = people;

  const idle = await measureChat(juan, eva, { least: 1000 }, () => {});
  const memory = watchMemory({ relay: familyOf(relay.pid)[0], files: familyOf(relay.pid)[1], up: ana.pid, down: eva.pid });
  const rates = { nginx: { up: [], down: [] }, scp: { up: [], down: [] }, corrillo: { up: [], down: [] } };
  const timed = async (name, way, work) => {
    touchMemory();
    const { seconds, ...rest } = await work();
    rates[name][way].push(Number(size) / seconds);
    return rest;
  };
  console.log(
    `${size} MiB of random bytes on ${folder}, MiB/s.\n\n| round | nginx up | down | scp up | down | Corrillo up | down |\n|---|---|---|---|---|---|---|`,
  );
  for (let round = 1; round <= Number(rounds); round++) {
    await timed('nginx', 'up', () => nginx.up(source));
    await timed('scp', 'up', () => ssh.up(source));
    const { file } = await timed('corrillo', 'up', () => upload(ana, source));
    const target = join(folder, 'target');
    for (const [name, peer] of Object.entries({ nginx, scp: ssh })) {
      await timed(name, 'down', () => peer.down(target));
      rmSync(target);
    }
    const { path } = await timed('corrillo', 'down', () => download(eva, file, join(folder, 'downloads')));
    execFileSync('cmp', [source, path]);
    rmSync(path);
    await takeBack(ana, file);
    const row = Object.values(rates).flatMap(({ up, down }) => [up.at(-1), down.at(-1)]);
    console.log(`| ${[round, ...row.map((rate) => rate.toFixed(0))].join(' | ')} |`);
  }
  const peaks = memory.stop();

  const busy = await measureChat(juan, eva, { least: 1000 }, async () => {
    for (let turn = 0; turn < 3; turn++) {
      const { file } = await upload(ana, source);
      const { path } = await download(ana, file, join(folder, 'downloads'));
      rmSync(path);
      await takeBack(ana, file);
    }
  });
  report(rates, peaks, idle, busy);
}

async function upload(person, source) {
  const from = person.events.length;
  const began = performance.now();
  person.write(`/upload ${source}`);
  const { id, told } = await person.until('file', { own: true }, from);
  return { seconds: (told - began) / 1000, file: id };
}

async function download(person, file, target) {
  const from = person.events.length;
  const began = performance.now();
  person.write(`/download ${file} ${target}`);
  const { path, told } = await person.until('downloaded', { file }, from);
  return { seconds: (told - began) / 1000, path };
}

async function takeBack(person, file) {
  const from = person.events.length;
  person.write(`/delete ${file}`);
  await person.until('file-deleted', {}, from);
}

/**
 * A virtual machine gets the memory that it did not use lately from its host page by page, which was seen to cost seven times the write itself; whoever writes first would
 * pay for it. So there is twice as much as a transfer takes.
 */
function touchMemory() {
  const file = join(folder, 'touched');
  execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=1M', `count=${2 * Number(size)}`, 'status=none']);
  rmSync(file);
}

function watchMemory(pids) {
  const now = () => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, residentBytes(pid)]));
  const before = now();
  const most = { ...before };
  const timer = setInterval(() => {
    for (const [name, bytes] of Object.entries(now())) most[name] = Math.max(most[name], bytes);
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return Object.fromEntries(Object.keys(pids).map((name) => [name, most[name] - before[name]]));
    },
  };
}

function report(rates, peaks, idle, busy) {
  const missed = [];
  const bar = (holds, sentence) => {
    console.log(`${holds ? 'holds' : 'MISSED'}: ${sentence}`);
    if (!holds) missed.push(sentence);
  };
  console.log('');
  for (const way of ['up', 'down']) {
    const ratio = (peer) => median(rates.corrillo[way].map((rate, round) => rate / rates[peer][way][round]));
    bar(ratio('nginx') >= LEAST.ofNginx, `${way}: ${ratio('nginx').toFixed(2)} × curl with nginx (at least ${LEAST.ofNginx})`);
    bar(ratio('scp') >= LEAST.ofScp, `${way}: ${ratio('scp').toFixed(2)} × scp with aes256-gcm (at least ${LEAST.ofScp})`);
  }
  for (const [name, bytes] of Object.entries(peaks)) {
    bar(bytes <= MEMORY, `memory of ${name}: ${(bytes / MIB).toFixed(0)} MiB above idle (at most ${MEMORY / MIB})`);
  }
  for (const what of ['sentToShown', 'typedToShown']) {
    const [before, beside] = [quantile(idle[what], 0.99), quantile(busy[what], 0.99)];
    const most = Math.max(CHAT.times * before, CHAT.ms);
    const sentence = `chat ${what}: p50 ${quantile(busy[what], 0.5).toFixed(1)}, p99 ${beside.toFixed(1)} ms beside transfers, ${before.toFixed(1)} ms idle`;
    // The bar is about what the relay and the other side add; typing is shown for whoever wonders.
    if (what === 'sentToShown') bar(beside <= most, `${sentence} (at most ${most.toFixed(1)}; ${busy[what].length} lines)`);
    else console.log(`       ${sentence}`);
  }
  if (missed.length > 0) process.exitCode = 1;
}

function hasTmpfs() {
  try {
    return statfsSync('/dev/shm').type === 0x01021994;
  } catch {
    return false;
  }
}

async function end({ kill, closed }) {
  kill();
  await closed;
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}
