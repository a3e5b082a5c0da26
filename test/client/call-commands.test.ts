import { expect, test } from 'vitest';
import { runLine } from '../../src/client/index.ts';
import type { Person } from '../sim/world.ts';
import { callOf, shownTo, untilShown, withPeople } from './calling.ts';
import { codeOf, settle, until } from './settling.ts';

const line = (person: Person, room: string, text: string) => {
  const { client } = person;
  return client ? runLine({ client, room, view: client.view(room), formatLink: () => '' }, text) : undefined;
};

test('a call is joined, changed and left by what is typed, in both languages', async () => {
  const { world, room, ana, others } = await withPeople(50, 'Juan');
  const [juan] = others as [Person];
  const type = (person: Person, text: string) => settle(world, line(person, room, text));
  expect(await type(ana, '/call who')).toEqual({ kind: 'call', call: null });
  expect(await type(ana, '/call')).toEqual({ kind: 'none' });
  await untilShown(world, ana, room, 'Ana microphone');
  expect(await type(ana, '/call')).toEqual({ kind: 'call', call: callOf(ana, room) });
  await type(juan, '/llamada INICIAR vídeo');
  await untilShown(world, juan, room, 'Ana microphone', 'Juan microphone camera');
  for (const [typed, shown] of [
    ['/call mute', 'Ana'],
    ['/llamada silencio', 'Ana microphone'],
    ['/call vídeo', 'Ana microphone camera'],
    ['/call hand', 'Ana microphone camera hand'],
    ['/llamada mano', 'Ana microphone camera'],
    ['/call share', 'Ana microphone camera screen screen-audio'],
    ['/llamada compartir', 'Ana microphone camera'],
    // Who ends it twice does not begin it again.
    ['/call share', 'Ana microphone camera screen screen-audio'],
    ['/call share stop', 'Ana microphone camera'],
    ['/llamada compartir PARAR', 'Ana microphone camera'],
    ['/call video', 'Ana microphone'],
  ] as const) {
    await type(ana, typed);
    await until(world, () => shownTo(juan, room)[0] === shown);
  }
  expect(await type(juan, '/call quién')).toMatchObject({ kind: 'call', call: { members: [{ name: 'Ana' }, { name: 'Juan' }] } });
  await type(ana, '/llamada colgar');
  await untilShown(world, juan, room, 'Juan microphone camera');
  for (const typed of ['/call stop', '/call mute', '/call hand', '/call share'])
    expect(await codeOf(world, line(ana, room, typed)), typed).toBe('not_in_call');
  await type(ana, '/call video');
  await untilShown(world, juan, room, 'Juan microphone camera', 'Ana microphone camera');
});

test('what is no word of it does nothing, and names the nearest', async () => {
  const { world, room, ana } = await withPeople(51);
  await expect(settle(world, line(ana, room, '/call strat'))).rejects.toMatchObject({
    code: 'unknown_call_word',
    detail: { nearest: 'start' },
  });
  expect(await codeOf(world, line(ana, room, '/call constructor'))).toBe('unknown_call_word');
  expect(callOf(ana, room)).toBeNull();
});

test('a client that asks its person first begins calls in its own way', async () => {
  const { room, ana } = await withPeople(52);
  const { client } = ana;
  const asked: unknown[] = [];
  if (!client) throw new Error('it does not run');
  const startCall = async (wanted: unknown) => void asked.push(wanted);
  await runLine({ client, room, view: client.view(room), formatLink: () => '', startCall }, '/call start');
  expect(asked).toEqual([{ microphone: true, camera: false }]);
  expect(callOf(ana, room)).toBeNull();
});
