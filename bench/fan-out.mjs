/**
 * One sender and many receivers in one room, for some seconds. A process of its own, so that making the load costs the server nothing.
 *
 *   node bench/fan-out.mjs ADAPTER INFO RECEIVERS SECONDS SERVER_PID
 *
 * Prints JSON: `rate` (deliveries a second), `cpu` (the server's CPU seconds per million of them), what was `sent` and is `missing`.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [module, info, receivers, seconds, pid] = process.argv.slice(2);
const adapter = await import(pathToFileURL(module).href);
const PAYLOAD = 256;
/** Messages under way: few enough to have a latency, enough to be gathered. */
const WINDOW = 32;
const WARM_SECONDS = 0.7;
const LOGINS_AT_ONCE = 16;
const DRAIN_SECONDS = 10;

let delivered = 0;
let acked = 0;
let sent = 0;
let wakeAt = Infinity;
let lost;
let running = true;

const clients = await enterAll(Number(receivers) + 1);
const sender = clients.at(-1);
/** Who sends may hear itself as well; that is not counted as a delivery. */
const copies = Number(receivers) + (adapter.echo ? 1 : 0);
const payload = Buffer.alloc(PAYLOAD, 'Tx');

pump();
await sleep(WARM_SECONDS * 1000);
const before = mark();
await sleep(Number(seconds) * 1000);
const after = mark();
running = false;
for (const end = performance.now() + DRAIN_SECONDS * 1000; delivered < sent * copies && performance.now() < end;) await sleep(20);
const [deliveries, time, cpu] = after.map((figure, i) => figure - before[i]);
const result = { rate: Math.round(deliveries / time), cpu: (cpu / deliveries) * 1e6, sent, missing: sent * copies - delivered, lost };
process.stdout.write(JSON.stringify(result));
process.exit(0);

function mark() {
  return [(delivered * Number(receivers)) / copies, performance.now() / 1000, cpuSeconds()];
}

/** User and system time of the server from its start, where the system tells (Linux, 100 ticks a second); NaN elsewhere. */
function cpuSeconds() {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

async function enterAll(count) {
  const entered = [];
  const enter = async () => {
    while (entered.length < count) {
      const index = entered.push(undefined) - 1;
      entered[index] = await adapter.connect(JSON.parse(info), { index, onMessage, onAck });
      entered[index].onLost = (error) => (lost ??= error.message);
      await entered[index].join('bench');
    }
  };
  await Promise.all(Array.from({ length: LOGINS_AT_ONCE }, enter));
  return entered;
}

function onMessage() {
  if (++delivered >= wakeAt) schedule();
}

function onAck() {
  acked += 1;
  schedule();
}

function schedule() {
  if (wakeAt === -Infinity) return;
  wakeAt = -Infinity;
  setImmediate(pump);
}

/** Fills the window again once a quarter of it has come everywhere, so that small batches form. */
function pump() {
  const done = Math.min(Math.floor(delivered / copies), acked);
  if (running && sent - done < WINDOW) {
    sender.batch(() => {
      for (; sent - done < WINDOW; sent++) sender.send(payload);
    });
  }
  wakeAt = Math.max(delivered + 1, (sent - WINDOW * 0.75) * copies);
}
