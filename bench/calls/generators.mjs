/** Processes of clients, as one. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { addUp } from './histogram.mjs';

const PATIENCE = 60_000;

export function startGenerators(count) {
  const processes = Array.from({ length: count }, () => startGenerator());
  const all = (what, rest) => Promise.all(processes.map(({ ask }) => ask(what, rest)));
  return {
    pids: processes.map(({ pid }) => pid),
    /** @param at which process: a member's legs all live in one */
    make: (at, leg, isPlain = false) => processes[at % count].ask('make', { leg, isPlain }),
    connect: (at, leg, to, sends, receives) => processes[at % count].ask('connect', { leg, to, sends, receives }),
    send: () => all('send'),
    measure: (window) => all('measure', window),
    stop: () => all('stop'),
    clear: () => all('clear'),
    async streams() {
      return (await all('streams')).flat();
    },
    async counts() {
      return (await all('counts')).flat();
    },
    async results() {
      const results = await all('results');
      const sum = (name) => results.reduce((all, { received }) => all + received[name], 0);
      return {
        packets: sum('packets'),
        repeats: sum('repeats'),
        late: sum('late'),
        misplaced: sum('misplaced'),
        missing: sum('missing'),
        delays: addUp(results.map(({ delays }) => delays)),
      };
    },
    end: () => Promise.all(processes.map(({ end }) => end())),
  };
}

function startGenerator() {
  const child = fork(fileURLToPath(new URL('generator.mjs', import.meta.url)), [], { serialization: 'advanced' });
  const waiting = new Map();
  let next = 0;
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject, timer } = waiting.get(id);
    clearTimeout(timer);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(result);
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  void ended.then((code) => {
    for (const { reject } of waiting.values()) reject(new Error(`a generator ended with ${code}`));
  });
  return {
    pid: child.pid,
    ask: (what, rest = {}) =>
      new Promise((resolve, reject) => {
        const id = next++;
        const timer = setTimeout(() => reject(new Error(`a generator did not ${what} in time`)), PATIENCE);
        waiting.set(id, { resolve, reject, timer });
        child.send({ id, what, ...rest });
      }),
    async end() {
      child.disconnect();
      await ended;
    },
  };
}
