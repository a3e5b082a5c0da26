/**
 * The terminal around an engine that a test plays, as a program of its own so that it can have a real terminal: one JSON array a line on the
 * control socket is a call of the fake engine; what the terminal asks of the engine comes back the same way.
 */
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { createPlainTalk } from '../../src/terminal/calls/plain-talk.ts';
import type { PictureMode } from '../../src/terminal/calls/pictures/picture-mode.ts';
import { texts } from '../../src/client/locales/index.ts';
import { createConsole } from '../../src/terminal/console.ts';
import { converse } from '../../src/terminal/conversation.ts';
import { createFullScreen } from '../../src/terminal/full/full-screen.ts';
import { createPlainScreen } from '../../src/terminal/plain-screen.ts';
import { languageOf } from '../../src/terminal/language.ts';
import { createFakeEngine } from './fake-engine.ts';

const [, , control = '', mode = 'full'] = process.argv;
const engine = createFakeEngine();
const socket = createConnection(control);
const { push } = engine.asked;
engine.asked.push = (...calls) => {
  for (const call of calls) socket.write(`${JSON.stringify(call)}\n`);
  return push.apply(engine.asked, calls);
};

const interrupt = () => void process.emit('SIGINT', 'SIGINT');
const language = languageOf(process.env);
const { stdin: input, stdout: output, stderr: faults } = process;
const console = createConsole({ input, output, faults }, process.env, interrupt);
if (mode === 'full') console.close();
// After `full` or `plain`: how pictures are shown, and whether one pushes a key to talk.
const [pictures = 'auto', talk = ''] = process.argv.slice(4);
const calls = { pictures: engine.pictures, mode: pictures as PictureMode, pushToTalk: talk === 'push', env: process.env };
const full = mode === 'full' ? createFullScreen({ input, output, language, colours: !process.env.NO_COLOR, calls, interrupt }) : undefined;
const screen = full ?? createPlainScreen(console, language);

let ask: Promise<unknown> = Promise.resolve();
createInterface({ input: socket }).on('line', (line) => {
  const [name, ...values] = JSON.parse(line) as [string, ...unknown[]];
  ask = ask.then(() => act(name, values));
});

async function act(name: string, values: unknown[]): Promise<void> {
  if (name === 'hold') engine.hold = values[0] === true;
  else if (name === 'crash')
    setImmediate(() => {
      throw new Error('crashed on purpose');
    });
  else if (name === 'burst') await burst(values[0] as number);
  else await (engine as unknown as Record<string, (...all: unknown[]) => unknown>)[name]?.(...values);
  socket.write(`${JSON.stringify(['did', name])}\n`);
}

/** As an engine tells them: some in each turn. */
async function burst(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    engine.hear(`burst ${i} with some words behind it`, { name: `P${i % 7}` });
    if (i % 20 === 19) await new Promise((resolve) => setImmediate(resolve));
  }
}

const say = (text: string) => console.print(console.dim(`— ${text}`));
const pressToTalk = calls.pushToTalk && !full ? createPlainTalk(engine, texts(language).terminal, say) : undefined;
const code = await converse(
  engine,
  { screen, full, console, pressToTalk },
  {
    name: 'Marta',
    host: '192.168.1.20',
    invite: undefined,
    openRoom: false,
    history: 0,
    json: false,
    jsonInput: false,
    flushTimeout: 1000,
    calls: {
      call: false,
      camera: undefined,
      microphone: undefined,
      screen: undefined,
      pushToTalk: calls.pushToTalk,
      pictureMode: calls.mode,
    },
    rememberHost: async () => {},
  },
);
screen.close();
socket.end();
input.destroy();
process.exitCode = code;
