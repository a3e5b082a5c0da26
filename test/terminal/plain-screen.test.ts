import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createConsole } from '../../src/terminal/console.ts';
import { createPlainScreen } from '../../src/terminal/plain-screen.ts';
import { createSession } from '../../src/terminal/session.ts';
import { createFakeEngine, fakeMember, HERE } from '../support/fake-engine.ts';

const DIRECT = 'dd'.repeat(16);

/** A session in plain lines on a pipe; what it printed, without the time of day. */
async function open(language: 'en' | 'es' = 'en') {
  const engine = createFakeEngine();
  const output = new PassThrough();
  let printed = '';
  output.on('data', (bytes) => (printed += String(bytes)));
  const console = createConsole({ input: new PassThrough(), output, faults: output }, {}, () => {});
  const screen = createPlainScreen(console, language);
  const options = { name: 'Marta', invite: undefined, openRoom: false, host: '192.168.1.20', history: 0, allRooms: true, patience: 0 };
  const session = createSession(engine, screen, options);
  await session.enter();
  const lines = () =>
    printed
      .replaceAll(/^\d\d:\d\d /gm, '')
      .trimEnd()
      .split('\n');
  return { engine, session, lines };
}

test('what is said elsewhere says where, and to whom', async () => {
  const { engine, session, lines } = await open();
  engine.addRoom({ room: DIRECT, access: 'direct', peer: fakeMember('Ana').device, members: [] });
  engine.addRoom({ room: 'ee'.repeat(16), title: 'Workshop' });
  engine.emit({ event: 'opened', room: DIRECT });
  await new Promise((resolve) => setTimeout(resolve, 20));
  engine.hear('to all');
  engine.hear('to you', { room: DIRECT });
  engine.hear('waves', { room: DIRECT, style: 'action' });
  await session.takeLine('/room Ana', 1);
  engine.hear('now here', { room: DIRECT });
  engine.hear('and to all', { room: HERE });
  // What was shown is read.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await session.takeLine('/rooms', 2);
  expect(lines()).toEqual([
    '— Ana can be written to directly: /room Ana goes there.',
    'Ana: to all',
    '[Ana → you] to you',
    '[Ana → you] * waves',
    '— You are talking in: with Ana',
    'Ana: now here',
    '[Room] Ana: and to all',
    '  1 Room 0011',
    '  2 with Ana',
    '  3 Workshop',
  ]);
});

test('who is at the door is announced with its words, in either language', async () => {
  const { engine, session, lines } = await open('es');
  const knock = { device: 'ee'.repeat(32), name: 'Pedro\u001b[31m', words: ['uno', 'dos'], at: 1 };
  engine.setView({ knocks: [knock] });
  engine.emit({ event: 'knock', room: HERE, knock });
  engine.emit({ event: 'knock-gone', room: HERE, device: knock.device });
  engine.emit({ event: 'waiting', room: HERE, words: ['tres', 'cuatro'] });
  await session.takeLine('/verificar ana', 1);
  expect(lines()).toEqual([
    '— Pedro␛[31m está a la puerta. Palabras: uno dos.',
    '— /admitir Pedro␛[31m le deja entrar, /rechazar Pedro␛[31m no.',
    '— Pedro␛[31m ya no está a la puerta.',
    '— Esperas a la puerta de 192.168.1.20. Alguien de dentro tiene que dejarte entrar.',
    '— Tus palabras: tres cuatro. Quien te deje entrar ve las mismas. Con Ctrl-C te vas.',
    expect.stringMatching(/^Tus palabras: /),
    expect.stringMatching(/^Palabras de Ana: /),
    'Si Ana lee las mismas: /verificar Ana sí',
  ]);
});
