/**
 * `npm run bench:calls`: a call of twelve, each of whom sends sound and a picture to the eleven others, through our media process, through Janus and through a relay
 * that knows nothing, by the same clients, one after the other on one machine, because only ratios travel; and what a chat feels of it.
 * What is added to a packet's delay is taken where it is added (bench/calls/capture.mjs), while all goes on.
 * `npm run bench:calls -- 20 3`: 20 seconds, 3 rounds. `--first`: before all others on the machine, and each on a core of its
 * own; `--members N`, `--only corrillo,janus,raw`, `--no-chat`; `--json`: the last line is all of it; `--flags=--cpu-prof`: of our process.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, networkInterfaces, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/ensure-built.mjs';
import { provideNeeds } from '../scripts/needs.mjs';
import { addedDelays, readCapture, startCapture } from './calls/capture.mjs';
import { startCorrillo } from './calls/corrillo.mjs';
import { startGenerators } from './calls/generators.mjs';
import { startJanus } from './calls/janus.mjs';
import { startRaw } from './calls/raw.mjs';
import { clock } from './calls/traffic.mjs';

/** The bars of the issue this came from. */
const BARS = { loss: 0.001, addedMs: 20, ofJanus: 1.3, chatTimes: 3, chatMs: 10 };
const PRIORITY = -15;
const SESSION = '/proc/self/autogroup';
const WARM_UP = 3_000;
/** What is under way when the time is up, and what is asked for again. */
const DRAIN = 1_500;
/** Captured beside and not within: what captures makes every packet dearer. */
const CAPTURED = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    members: { type: 'string', default: '12' },
    only: { type: 'string', default: 'corrillo,janus,raw' },
    first: { type: 'boolean', default: false },
    'no-chat': { type: 'boolean', default: false },
    flags: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [seconds, rounds] = [Number(positionals[0] ?? 60), Number(positionals[1] ?? 1)];
const members = Number(values.members);
const only = values.only.split(',');
const say = (line) => (values.json ? undefined : console.log(line));

const lacking = (only.includes('janus') ? provideNeeds('calls') : undefined) ?? (await ensureBuilt());
if (lacking) {
  console.log(lacking);
  process.exit(1);
}

if (values.first) {
  try {
    // What is measured is not how busy the machine is. What is started from here inherits it.
    setPriority(PRIORITY);
    // Linux shares by sessions first, and by processes within them.
    if (existsSync(SESSION)) writeFileSync(SESSION, String(PRIORITY));
  } catch {
    say('(Not allowed to go before others: delays say how busy the machine is.)');
  }
}
const folder = mkdtempSync(join(tmpdir(), 'corrillo-calls-'));
const starts = { corrillo: () => startCorrillo(values.flags?.split(' ')), janus: () => startJanus(join(folder, 'janus')), raw: startRaw };
/** Not loopback's address, which Janus does not listen at; the packets take the same way. */
const address =
  Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
const running = [];
const generators = startGenerators(2);
running.push({ stop: () => generators.end() });
try {
  await bench();
} finally {
  for (const { stop } of running.toReversed()) await stop();
  rmSync(folder, { recursive: true, force: true });
}

async function bench() {
  const results = Object.fromEntries(only.map((name) => [name, []]));
  say(
    `${members} people, each to ${members - 1} others: VP8 of about 300 kbit/s at 15 a second, Opus of 32 kbit/s; ${seconds} s a run, by way of ${address}.\n`,
  );
  say(
    '| round | | packets a second | lost, % | withheld, % | repeated, % | out of order, % | added delay p50, ms | p99 | most | from client to client p50, ms | p99 | CPU, % of a core | of the clients | µs of CPU a packet |',
  );
  say(`|${'---|'.repeat(15)}`);
  for (let round = 1; round <= rounds; round++) {
    for (const name of only) {
      const forwarder = await starts[name]();
      try {
        results[name].push(await measure(forwarder, seconds));
      } finally {
        await forwarder.stop();
      }
      const result = results[name].at(-1);
      say(`| ${[round, forwarder.name, ...rowOf(result)].join(' | ')} |`);
    }
  }
  const chat = values['no-chat'] ? undefined : await measureBoth();
  report(results, chat);
}

/** What is measured has a core for itself, as far as that can be had, and who measures has another. */
function pin(pid, core) {
  if (values.first && cpus().length > 1) spawnSync('taskset', ['-a', '-p', '-c', String(core), String(pid)], { stdio: 'ignore' });
}

async function measure(forwarder, seconds, meanwhile) {
  try {
    pin(forwarder.pid, 0);
    for (const pid of generators.pids) pin(pid, 1);
    await forwarder.setUp(generators, members, address);
    await generators.send();
    await sleep(WARM_UP);
    const from = clock() + 50;
    const window = { from, to: from + seconds * 1000 };
    await generators.measure(window);
    const clients = () => generators.pids.reduce((sum, pid) => sum + look(pid).cpu, 0);
    const before = { ...look(forwarder.pid), clients: clients(), counts: await generators.counts() };
    await (meanwhile?.() ?? sleep(window.to - clock()));
    await sleep(Math.max(0, window.to - clock()));
    const after = { ...look(forwarder.pid), clients: clients(), counts: await generators.counts() };
    await sleep(DRAIN);
    const { delays, ...received } = await generators.results();
    const added = await measureAdded();
    await generators.stop();
    const sent = countOf(after.counts) - countOf(before.counts);
    const passed = (after.at - before.at) / 1000;
    const expected = ((sent * (members - 1)) / passed) * seconds;
    return {
      ...received,
      perSecond: received.packets / seconds,
      sent,
      // From the beginning on, which counts against it.
      loss: received.missing / (received.packets + received.missing),
      /** What the forwarder chose not to send, or could not. */
      withheld: 1 - (received.packets + received.missing) / expected,
      p50: delays.quantile(0.5),
      p99: delays.quantile(0.99),
      added,
      cpu: (after.cpu - before.cpu) / passed,
      clients: (after.clients - before.clients) / passed,
      perPacket: ((after.cpu - before.cpu) / (received.packets / seconds) / passed) * 1e6,
    };
  } finally {
    await generators.stop();
    await forwarder.tearDown(members);
    await generators.clear();
  }
}

/** ms from a packet's arrival at the forwarder to its leaving; undefined where nothing may be captured. */
async function measureAdded() {
  const path = join(folder, 'packets');
  const capture = await startCapture(path);
  if (capture === undefined) return undefined;
  await sleep(Math.min(CAPTURED, seconds * 1000));
  await capture.stop();
  const { delays, matched, unmatched } = await addedDelays(readCapture(path), await generators.streams());
  rmSync(path);
  return { p50: delays.quantile(0.5), p99: delays.quantile(0.99), most: delays.quantile(1), matched, unmatched };
}

function countOf(counts) {
  return counts.flatMap(({ sources }) => sources).reduce((sum, { count }) => sum + count, 0);
}

/** Seconds of processor time so far, with all threads, and when that was. */
function look(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, at: clock() };
}

function percent(value, digits = 2) {
  return (100 * value).toFixed(digits);
}

function rowOf({ perSecond, loss, withheld, repeats, late, packets, added, p50, p99, cpu, clients, perPacket }) {
  return [
    perSecond.toFixed(0),
    percent(Math.max(0, loss), 3),
    percent(Math.max(0, withheld), 2),
    percent(repeats / packets, 3),
    percent(late / packets, 3),
    ...(added === undefined ? ['', '', ''] : [added.p50, added.p99, added.most].map((ms) => ms.toFixed(2))),
    p50.toFixed(2),
    p99.toFixed(2),
    percent(cpu, 0),
    percent(clients, 0),
    perPacket.toFixed(1),
  ];
}

/** A chat while nothing goes on, and beside a call. */
async function measureBoth() {
  const { measureChat, quantile } = await import('./files/chat.mjs');
  const { gather, startRelay } = await import('./files/corrillo.mjs');
  const end = async ({ kill, closed }) => {
    kill();
    await closed;
  };
  const relay = await startRelay(join(folder, 'relay'));
  running.push({ stop: () => end(relay) });
  const people = await gather(relay, folder, ['juan', 'eva']);
  for (const person of Object.values(people)) running.push({ stop: () => end(person) });
  const idle = await measureChat(people.juan, people.eva, { least: 500 }, () => {});
  let busy;
  const forwarder = await startCorrillo();
  const chatted = async () => {
    busy = await measureChat(people.juan, people.eva, { least: 0 }, () => sleep(Math.min(20, seconds) * 1000));
  };
  try {
    await measure(forwarder, Math.min(20, seconds), chatted);
  } finally {
    await forwarder.stop();
  }
  const of = ({ sentToShown }) => ({ p50: quantile(sentToShown, 0.5), p99: quantile(sentToShown, 0.99), lines: sentToShown.length });
  return { idle: of(idle), busy: of(busy) };
}

function report(results, chat) {
  const missed = [];
  const bar = (holds, sentence) => {
    say(`${holds ? 'holds' : 'MISSED'}: ${sentence}`);
    if (!holds) missed.push(sentence);
  };
  const median = (name, what) =>
    results[name].map((result) => result[what]).toSorted((a, b) => a - b)[Math.floor(results[name].length / 2)];
  say('');
  if (results.corrillo) {
    bar(
      median('corrillo', 'loss') < BARS.loss,
      `${percent(Math.max(0, median('corrillo', 'loss')), 3)} % lost (less than ${percent(BARS.loss, 1)})`,
    );
    say(
      `       ${percent(Math.max(0, median('corrillo', 'withheld')), 2)} % not sent, because a client seemed to have no room, or at the edges of the measured time`,
    );
    const added = results.corrillo.map((result) => result.added?.p99).filter((ms) => ms !== undefined);
    if (added.length > 0) {
      const most = Math.max(...added);
      bar(most <= BARS.addedMs, `p99 of the delay that it adds is ${most.toFixed(2)} ms (at most ${BARS.addedMs})`);
    } else say('(Not allowed to capture packets: what is added to their delay is not known.)');
    if (results.raw) say(`       CPU a packet: ${(median('corrillo', 'perPacket') / median('raw', 'perPacket')).toFixed(2)} × dgram alone`);
    if (results.janus) {
      const ratio = median('corrillo', 'perPacket') / median('janus', 'perPacket');
      bar(ratio <= BARS.ofJanus, `CPU a packet: ${ratio.toFixed(2)} × Janus (at most ${BARS.ofJanus})`);
    }
  }
  if (chat) {
    const most = Math.max(BARS.chatTimes * chat.idle.p99, BARS.chatMs);
    bar(
      chat.busy.p99 <= most,
      `chat, sent to shown: p99 ${chat.busy.p99.toFixed(1)} ms beside the call, ${chat.idle.p99.toFixed(1)} ms idle (at most ${most.toFixed(1)})`,
    );
  }
  if (values.json) console.log(JSON.stringify({ results, chat, missed }));
  if (missed.length > 0) process.exitCode = 1;
}
