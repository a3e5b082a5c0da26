/** The programs as people run them: a relay, and terminals in JSON mode, all on loopback below one folder. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/parts.mjs';

const PATIENCE = 120_000;
const PROGRAM = join(root, 'bin', 'corrillo.js');

export function start(parameters, env = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...parameters], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8', CORRILLO_INVITE: undefined, PORT: undefined, ...env },
  });
  const events = [];
  const listeners = new Set();
  let rest = '';
  let said = '';
  child.stdin.on('error', () => {});
  child.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-2000)));
  child.stdout.on('data', (chunk) => {
    const at = performance.now();
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const event = { ...JSON.parse(line), told: at };
      events.push(event);
      for (const listener of listeners) listener(event);
    }
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  return {
    pid: child.pid,
    events,
    closed,
    /** @returns a function that takes it off again */
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    write: (line) => void child.stdin.write(`${line}\n`),
    kill: (signal = 'SIGTERM') => child.kill(signal),
    /** The first event of this name and these fields from number `from` on. */
    until(name, fields = {}, from = 0, patience = PATIENCE) {
      const fits = (event) => event.event === name && Object.entries(fields).every(([key, value]) => event[key] === value);
      const found = events.slice(from).find(fits);
      if (found) return Promise.resolve(found);
      return new Promise((resolve, reject) => {
        const finish = (settle) => {
          clearTimeout(timer);
          off();
          settle();
        };
        const fail = (why) =>
          finish(() =>
            reject(
              new Error(
                `${why} ${name}: ${said}\n${events
                  .slice(-8)
                  .map((event) => JSON.stringify(event))
                  .join('\n')}`,
              ),
            ),
          );
        const timer = setTimeout(() => fail('no'), patience);
        const off = this.on((event) => fits(event) && finish(() => resolve(event)));
        void closed.then(() => fail('ended before'));
      });
    },
  };
}

export async function startRelay(folder, ports = { web: 0, chat: 0, files: 0 }) {
  const flags = ['--port', ports.web, '--chat-port', ports.chat, '--files-port', ports.files, '--data', folder].map(String);
  const relay = start(['serve', '--json', '--no-open', '--no-announce', ...flags]);
  const listening = await relay.until('listening');
  return { ...relay, ports: listening.ports, founder: listening.founder };
}

/** People in one room, by link, the first of whom founds it. Each starts in a folder of its own. */
export async function gather(relay, folder, names) {
  const host = `127.0.0.1:${relay.ports.chat}`;
  const people = {};
  let invite = relay.founder;
  for (const name of names) {
    people[name] = start(['chat', '--json', '--name', name, '--host', host, '--data', join(folder, name)], { CORRILLO_INVITE: invite });
    await people[name].until('ready');
    if (name !== names[0]) continue;
    people[name].write('/invite');
    invite = (await people[name].until('invite')).link;
  }
  return people;
}
