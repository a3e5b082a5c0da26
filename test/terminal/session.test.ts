import { describe, expect, test } from 'vitest';
import { CodedError } from '../../src/protocol/index.ts';
import { createJsonScreen } from '../../src/terminal/json-screen.ts';
import { createSession, type SessionOptions } from '../../src/terminal/session.ts';
import { createFakeEngine, fakeMember, type FakeEngine, HERE } from '../support/fake-engine.ts';

type Told = Record<string, unknown> & { event: string };
const DIRECT = 'dd'.repeat(16);
const ana = fakeMember('Ana').device;

function open(engine: FakeEngine, change: Partial<SessionOptions> = {}) {
  const told: Told[] = [];
  const screen = createJsonScreen((line) => void told.push(JSON.parse(line) as Told), 'en');
  const session = createSession(engine, screen, {
    name: 'Marta',
    invite: undefined,
    openRoom: false,
    host: '192.168.1.20',
    history: 0,
    allRooms: true,
    patience: 0,
    ...change,
  });
  const of = (event: string) => told.filter((one) => one.event === event);
  return { session, told, of, texts: () => of('message').map(({ room, text }) => [room, text]) };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('a session of several rooms', () => {
  test('shows what comes in each of them, with the room, each line once over a crash', async () => {
    const engine = createFakeEngine();
    engine.addRoom({ room: DIRECT, access: 'direct', peer: ana });
    const first = open(engine);
    await first.session.enter();
    engine.hear('to all');
    engine.hear('to you', { room: DIRECT });
    expect(first.texts()).toEqual([
      [HERE, 'to all'],
      [DIRECT, 'to you'],
    ]);
    await turn();
    // The one before is gone without a word; this came while nobody looked.
    engine.hear('later to you', { room: DIRECT });
    engine.hear('later to all');
    engine.setView({ readUpTo: 1 });
    engine.setView({ readUpTo: 1 }, DIRECT);
    const second = open(engine);
    await second.session.enter();
    engine.hear('now', { room: DIRECT });
    expect(second.texts().map(String).toSorted()).toEqual(
      [
        [HERE, 'later to all'],
        [DIRECT, 'later to you'],
        [DIRECT, 'now'],
      ]
        .map(String)
        .toSorted(),
    );
  });

  test('goes to the one that was meant, and tells of one that somebody else began', async () => {
    const engine = createFakeEngine();
    const { session, of } = open(engine);
    await session.enter();
    expect(await session.takeLine('/msg Ana hello', 1)).toBe('done');
    const direct = of('queued')[0]?.room;
    expect(of('queued')[0]).toMatchObject({ text: 'hello', line: 1 });
    expect(await session.takeLine('here', 2)).toBe('done');
    expect(await session.takeLine('/msg Ana', 3)).toBe('done');
    expect(await session.takeLine('there', 4)).toBe('done');
    expect(await session.takeLine('/room nowhere', 5)).toBe('failed');
    expect(await session.takeLine('/msg marta me', 6)).toBe('failed');
    await turn();
    // One's own lines in a new room are told as well.
    expect(of('message').map(({ room, text }) => [room, text])).toContainEqual([direct, 'hello']);
    expect(engine.asked.filter(([name]) => name === 'send').map(([, room, text]) => [room, text])).toEqual([
      [direct, 'hello'],
      [HERE, 'here'],
      [direct, 'there'],
    ]);
    expect(of('error').map(({ code, line }) => [code, line])).toEqual([
      ['no_such_room', 5],
      ['direct_self', 6],
    ]);
    const juan = fakeMember('Juan');
    engine.addRoom({ room: DIRECT, access: 'direct', peer: juan.device, members: [juan] });
    engine.emit({ event: 'opened', room: DIRECT });
    engine.emit({ event: 'ready', room: DIRECT });
    await turn();
    engine.hear('psst', { room: DIRECT, name: 'Juan', device: juan.device });
    expect(of('opened')).toEqual([{ event: 'opened', room: DIRECT, kind: 'direct', name: 'Juan', device: juan.device }]);
    expect(of('ready').at(-1)).toMatchObject({ room: DIRECT, access: 'direct' });
    expect(of('message').at(-1)).toMatchObject({ room: DIRECT, text: 'psst' });
    await session.takeLine('/rooms', 7);
    expect(of('rooms')[0]).toMatchObject({ rooms: [{ room: HERE }, { room: direct }, { room: DIRECT, name: 'Juan' }] });
  });

  test('ends with the last room, not with one of them', async () => {
    const engine = createFakeEngine();
    engine.addRoom({ room: DIRECT, access: 'direct', peer: ana });
    const { session, of } = open(engine);
    await session.enter();
    let over: number | undefined;
    void session.over.then((code) => (over = code));
    engine.setView({ phase: 'removed' });
    engine.emit({ event: 'ended', room: HERE, why: 'removed', by: 'Ana' });
    await turn();
    expect(of('removed')).toEqual([{ event: 'removed', room: HERE, by: 'Ana' }]);
    expect(over).toBeUndefined();
    await session.takeLine('still here', 1);
    expect(of('queued')[0]).toMatchObject({ room: DIRECT });
    engine.setView({ phase: 'left' }, DIRECT);
    engine.emit({ event: 'ended', room: DIRECT, why: 'left', by: '' });
    await turn();
    expect(over).toBe(0);
  });
});

describe('at the door', () => {
  test('who has only an address knocks, waits and comes in', async () => {
    const engine = createFakeEngine();
    engine.setView({ phase: 'left' });
    let admit: () => void = () => {};
    engine.knock = ({ name }) => {
      engine.asked.push(['knock', name]);
      engine.emit({ event: 'waiting', room: HERE, words: ['a', 'b', 'c', 'd', 'e'] });
      return new Promise((resolve) => (admit = () => resolve(HERE)));
    };
    const { session, of, told } = open(engine);
    const entered = session.enter();
    await turn();
    expect(told).toEqual([{ event: 'waiting', room: HERE, words: ['a', 'b', 'c', 'd', 'e'] }]);
    engine.setView({ phase: 'ready' });
    engine.emit({ event: 'ready', room: HERE });
    admit();
    expect(await entered).toEqual({ room: HERE });
    expect(of('ready')).toHaveLength(1);
    expect(engine.asked[0]).toEqual(['knock', 'Marta']);
  });

  test('goes away where it is told to, and hears that it is not let in', async () => {
    const engine = createFakeEngine();
    engine.setView({ phase: 'left' });
    engine.knock = () => {
      engine.emit({ event: 'waiting', room: HERE, words: ['a'] });
      return new Promise(() => {});
    };
    const waiting = open(engine);
    void waiting.session.enter();
    await turn();
    expect(await waiting.session.finish(1000, new AbortController().signal)).toBe(0);
    expect(engine.asked).toEqual([['withdraw', HERE]]);

    engine.knock = () => Promise.reject(new CodedError('knock_refused'));
    const refused = open(engine);
    expect(await refused.session.enter()).toEqual({ exit: 3 });
    expect(refused.of('refused')).toMatchObject([{ code: 'knock_refused', message: expect.stringContaining('not let in') }]);
  });

  test('members hear who knocks, and let in or not', async () => {
    const engine = createFakeEngine();
    const { session, of } = open(engine);
    await session.enter();
    const knock = { device: 'ee'.repeat(32), name: 'Pedro', words: ['a', 'b', 'c', 'd', 'e'], at: 1 };
    engine.setView({ knocks: [knock, { ...knock, device: 'ff'.repeat(32), name: 'Luis' }] });
    engine.emit({ event: 'knock', room: HERE, knock });
    engine.emit({ event: 'knock-gone', room: HERE, device: knock.device });
    await session.takeLine('/admit pedro', 1);
    await session.takeLine('/rechazar ffff', 2);
    expect(await session.takeLine('/admit Nobody', 3)).toBe('failed');
    expect(of('knock')).toEqual([{ event: 'knock', room: HERE, name: 'Pedro', device: knock.device, words: knock.words }]);
    expect(of('knock-gone')).toEqual([{ event: 'knock-gone', room: HERE, device: knock.device }]);
    expect(engine.asked).toEqual([
      ['admit', HERE, knock.device],
      ['deny', HERE, 'ff'.repeat(32)],
    ]);
    expect(of('error')).toMatchObject([{ code: 'no_such_knock', line: 3 }]);
  });

  test('the founder of an open room says so, by flag or by its link', async () => {
    const invite = {
      kind: 'founder',
      token: new Uint8Array(32),
      host: 'h',
      webPort: 1,
      chatPort: 2,
      relayKey: new Uint8Array(16),
    } as const;
    for (const [openRoom, byLink, access] of [
      [false, false, 'invited'],
      [true, false, 'open'],
      [false, true, 'open'],
    ] as const) {
      const engine = createFakeEngine();
      engine.setView({ phase: 'left' });
      await open(engine, { invite: { ...invite, open: byLink }, openRoom }).session.enter();
      expect(engine.asked[0]).toMatchObject(['found', invite.token, { name: 'Marta', access }]);
    }
  });
});

test('what a script writes after a change of room is meant for there', async () => {
  const engine = createFakeEngine();
  engine.addRoom({ room: DIRECT, access: 'direct', peer: ana });
  const { session } = open(engine, { patience: 5_000 });
  await session.enter();
  engine.emit({ event: 'ready', room: HERE });
  const lines = ['one', '/room ana', 'two', '/room 1', 'three', '/msg Juan', 'four'];
  await Promise.all(lines.map((line, i) => session.takeLine(line, i + 1)));
  const sent = engine.asked.filter(([name]) => name === 'send').map(([, room, text]) => [text, room]);
  const juan = engine.rooms().at(-1);
  expect(sent).toEqual([
    ['one', HERE],
    ['two', DIRECT],
    ['three', HERE],
    ['four', juan],
  ]);
});

test('words are compared, and remembered when they are the same', async () => {
  const engine = createFakeEngine();
  const { session, of } = open(engine);
  await session.enter();
  await session.takeLine('/verify ana', 1);
  await session.takeLine('/verify', 2);
  await session.takeLine('/verificar Ana sí', 3);
  expect(of('words-to-compare')).toMatchObject([{ others: [{ name: 'Ana' }] }, { others: [{ name: 'Ana' }, { name: 'Juan' }] }]);
  expect(engine.asked).toEqual([['verify', ana, 'words']]);
  expect(of('verified')).toEqual([{ event: 'verified', name: 'Ana' }]);
});
