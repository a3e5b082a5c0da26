import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallMember } from '../../src/client/index.ts';
import { type Language, texts } from '../../src/client/locales/index.ts';
import { CodedError } from '../../src/protocol/index.ts';
import { parseChatArguments } from '../../src/terminal/arguments.ts';
import { attendCalls } from '../../src/terminal/calls/attendance.ts';
import { changesOf } from '../../src/terminal/calls/call-changes.ts';
import { callRows, type CallSeen } from '../../src/terminal/calls/call-rows.ts';
import { callTable } from '../../src/terminal/calls/call-table.ts';
import { createPlainTalk } from '../../src/terminal/calls/plain-talk.ts';
import { createRing } from '../../src/terminal/calls/ring.ts';
import { createTalkKey } from '../../src/terminal/calls/talk-key.ts';
import { type CompletionSources, findCompletions } from '../../src/terminal/full/completion.ts';
import { createSizes } from '../../src/terminal/files/sizes.ts';
import { noteOf } from '../../src/terminal/item-text.ts';
import { createJsonScreen } from '../../src/terminal/json-screen.ts';
import { createSession } from '../../src/terminal/session.ts';
import { fakeCallMember } from '../support/fake-calls.ts';
import { createFakeEngine, fakeMember, HERE } from '../support/fake-engine.ts';

const ana = fakeCallMember('Ana', fakeMember('Ana').device);
const juan = fakeCallMember('Juan', fakeMember('Juan').device, { sources: ['camera'] });
const own = fakeCallMember('Marta', 'ab'.repeat(32), { own: true, sources: ['microphone'] });

describe('for scripts', () => {
  type Told = Record<string, unknown> & { event: string };
  async function open(callSources?: { camera: boolean; microphone: boolean }) {
    const engine = createFakeEngine();
    const told: Told[] = [];
    const screen = createJsonScreen((line) => void told.push(JSON.parse(line) as Told), 'en');
    const options = { callSources, name: 'Marta', invite: undefined, openRoom: false, host: 'h', history: 0, allRooms: true, patience: 0 };
    const session = createSession(engine, screen, options);
    await session.enter();
    const of = (event: string) => told.filter((one) => one.event === event);
    return { engine, session, of };
  }

  test('a call is told when something of it is other than it was', async () => {
    const { engine, of } = await open();
    engine.setCall({ state: 'out', ringing: { device: ana.device, name: 'Ana' }, members: [ana] });
    engine.setCall({ state: 'in', ringing: null, members: [ana, own] });
    engine.emit({ event: 'call', room: HERE });
    engine.setCall({ state: 'waiting', error: new CodedError('call_lost') });
    engine.setCall(null);
    engine.emit({ event: 'call', room: HERE });
    const shownAna = { name: 'Ana', device: ana.device, own: false, audio: true, video: true, screen: false, hand: false };
    const shownOwn = { name: 'Marta', device: own.device, own: true, audio: true, video: false, screen: false, hand: false };
    expect(of('call')).toEqual([
      { event: 'call', room: HERE, state: 'out', members: [shownAna], ringing: { device: ana.device, name: 'Ana' } },
      { event: 'call', room: HERE, state: 'in', members: [shownAna, shownOwn], ringing: null },
      { event: 'call', room: HERE, state: 'waiting', members: [shownAna, shownOwn], ringing: null, code: 'call_lost' },
      { event: 'call', room: HERE, state: 'out', members: [], ringing: null },
    ]);
  });

  test('frames are told each second, by whose they are', async () => {
    const { engine, of } = await open();
    const counts = [
      { device: ana.device, source: 'camera' as const, frames: 15, decoded: 14, failed: 1 },
      { device: 'ff'.repeat(32), source: 'microphone' as const, frames: 50, decoded: 0, failed: 50 },
    ];
    engine.emit({ event: 'media', room: HERE, counts });
    expect(of('media')).toEqual([
      { event: 'media', room: HERE, from: 'Ana', device: ana.device, source: 'camera', frames: 15, decoded: 14, failed: 1 },
      { event: 'media', room: HERE, from: '', device: 'ff'.repeat(32), source: 'microphone', frames: 50, decoded: 0, failed: 50 },
    ]);
  });

  test('/call does what it says, and answers in the words of the contract', async () => {
    const { engine, session, of } = await open({ camera: true, microphone: false });
    await session.takeLine('/call start', 1);
    expect(engine.asked).toContainEqual(['join-call', HERE, { camera: true, microphone: false }]);
    engine.setCall({ state: 'in', members: [ana, own] });
    for (const [at, words] of ['mute', 'video', 'share', 'hand', 'who', 'stop'].entries()) await session.takeLine(`/call ${words}`, at + 2);
    expect(engine.asked.slice(1)).toEqual([
      ['turn', 'microphone', false],
      ['turn', 'camera', true],
      ['turn', 'screen', true],
      ['raiseHand', true],
      ['leave-call'],
    ]);
    // Asked for it is told, also where nothing changed.
    expect(of('call')).toHaveLength(2);
    expect(of('call')[1]).toEqual(of('call')[0]);
    engine.setCall({ state: 'out', ringing: { device: ana.device, name: 'Ana' }, members: [ana] });
    await session.takeLine('/call stop', 8);
    expect(engine.asked.at(-1)).toEqual(['dismiss', HERE]);
    engine.setCall(null);
    await session.takeLine('/llamada colgar', 9);
    await session.takeLine('/call strat', 10);
    engine.failWith('no_calls');
    await session.takeLine('/call', 11);
    expect(of('error').map(({ code, line }) => [code, line])).toEqual([
      ['not_in_call', 9],
      ['unknown_call_word', 10],
      ['no_calls', 11],
    ]);
  });

  test('the end leaves the call', async () => {
    const { engine, session } = await open();
    engine.setCall({ state: 'in', members: [own] });
    await session.finish(0, new AbortController().signal);
    expect(engine.asked).toContainEqual(['leave-call']);
    engine.setCall(null);
    engine.asked.length = 0;
    await session.settle();
    expect(engine.asked).not.toContainEqual(['leave-call']);
  });
});

describe('what changes of a call', () => {
  const view = (state: 'out' | 'joining' | 'in' | 'waiting', members = [ana, own]) => ({
    room: HERE,
    state,
    members,
    ringing: null,
    error: null,
  });
  const kinds = (...views: Array<Parameters<typeof changesOf>[0]>) =>
    views
      .slice(1)
      .map((now, at) => changesOf(views[at] ?? null, now).map((change) => (change.kind === 'state' ? change.state : change.kind)));

  test.each<[Language, string[]]>([
    [
      'en',
      [
        'Ana started a call.',
        'You started a call.',
        'The call is over.',
        'The call is over · less than 1 min.',
        'The call is over · 1 h 5 min.',
      ],
    ],
    [
      'es',
      [
        'Ana ha empezado una llamada.',
        'Has empezado una llamada.',
        'La llamada ha terminado.',
        'La llamada ha terminado · menos de 1 min.',
        'La llamada ha terminado · 1 h y 5 min.',
      ],
    ],
  ])('stands in the history: %s', (language, sentences) => {
    const at = { seq: 1, at: 0, device: 'aa', from: 'Ana', own: false };
    const lasted = (ms: number | null) => ({ ...at, kind: 'call-ended' as const, lasted: ms });
    const items: Array<Parameters<typeof noteOf>[0]> = [
      { ...at, kind: 'call-begun' },
      { ...at, own: true, kind: 'call-begun' },
      lasted(null),
      lasted(20_000),
      lasted(65 * 60_000),
    ];
    expect(items.map((item) => noteOf(item, texts(language).terminal, createSizes(language)))).toEqual(sentences);
  });

  test('is told once, and of those in it when one is in it', () => {
    const ringing = { ...view('out', [ana]), ringing: { device: ana.device, name: 'Ana' } };
    expect(kinds(null, ringing, ringing, view('joining'), view('in'), view('in', [own]), null)).toEqual([
      ['ringing'],
      [],
      ['joining'],
      ['in', 'people'],
      ['left'],
      ['out'],
    ]);
    expect(kinds(null, ringing, null)).toEqual([['ringing'], ['ring-over']]);
    // Nobody rings for who comes later.
    expect(kinds(null, view('out', [ana]), view('out', [ana, juan]), null)).toEqual([['begun'], [], []]);
    // That is an error, and told as one.
    expect(kinds(view('joining'), view('out'))).toEqual([[]]);
    expect(kinds(view('in'), view('waiting'), view('joining'), view('in'))).toEqual([['waiting'], ['joining'], ['in', 'people']]);
  });

  test('names who did what', () => {
    const now = [{ ...ana, hand: true, sources: ['screen' as const] }, { ...own, sources: [] }, juan];
    expect(changesOf(view('in'), view('in', now))).toMatchObject([
      { kind: 'source', source: 'microphone', on: false, member: { name: 'Ana' } },
      { kind: 'source', source: 'camera', on: false },
      { kind: 'source', source: 'screen', on: true },
      { kind: 'hand-up', member: { name: 'Ana' } },
      { kind: 'source', source: 'microphone', on: false, member: { own: true } },
      { kind: 'joined', member: { name: 'Juan' } },
    ]);
  });
});

describe('the key to talk', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const open = () => {
    const said: boolean[] = [];
    return {
      said,
      key: createTalkKey(
        (on) => said.push(on),
        () => {},
      ),
    };
  };

  test('is held where the terminal tells when it is let go of', () => {
    const { said, key } = open();
    key.press(true);
    for (let i = 0; i < 30; i++) {
      vi.advanceTimersByTime(33);
      key.press(true);
    }
    expect(said).toEqual([true]);
    key.release();
    expect(said).toEqual([true, false]);
    // Pressed shortly it stays on, until it is pressed again.
    key.press(true);
    vi.advanceTimersByTime(100);
    key.release();
    vi.advanceTimersByTime(5_000);
    expect(key.isTalking).toBe(true);
    key.press(true);
    key.release();
    expect(said).toEqual([true, false, true, false]);
  });

  test('goes on where a release was lost', () => {
    const { said, key } = open();
    key.press(true);
    vi.advanceTimersByTime(10_000);
    key.press(true);
    key.release();
    expect(said).toEqual([true, false]);
  });

  test('begins and ends elsewhere; its repeating shows that it is held', () => {
    const { said, key } = open();
    key.press(false);
    vi.advanceTimersByTime(3_000);
    key.press(false);
    expect(said).toEqual([true, false]);
    vi.advanceTimersByTime(3_000);
    key.press(false);
    vi.advanceTimersByTime(500);
    for (let i = 0; i < 60; i++) {
      key.press(false);
      vi.advanceTimersByTime(33);
    }
    expect(said).toEqual([true, false, true]);
    vi.advanceTimersByTime(300);
    expect(said).toEqual([true, false, true, false]);
    key.press(false);
    key.stop();
    expect(key.isTalking).toBe(false);
  });
});

test('a ring ends when it is answered, and does not go on for ever', () => {
  vi.useFakeTimers();
  try {
    let bells = 0;
    const titles: boolean[] = [];
    const ring = createRing({ bell: () => (bells += 1), title: (on) => titles.push(on) });
    const ringing = { room: HERE, state: 'out' as const, members: [ana], ringing: { device: ana.device, name: 'Ana' }, error: null };
    ring.take(HERE, ringing);
    ring.take(HERE, ringing);
    expect([bells, titles]).toEqual([1, [true]]);
    vi.advanceTimersByTime(4_000);
    expect(bells).toBe(2);
    ring.take(HERE, { ...ringing, ringing: null });
    vi.advanceTimersByTime(60_000);
    expect([bells, titles]).toEqual([2, [true, false]]);
    ring.take(HERE, ringing);
    vi.advanceTimersByTime(600_000);
    expect(bells).toBe(10);
    ring.stop();
    expect(titles).toEqual([true, false, true, false]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

describe('others’ pictures', () => {
  const attend = (options: Partial<Parameters<typeof attendCalls>[2]> = {}) => {
    const engine = createFakeEngine();
    const failed = vi.fn<(error: CodedError) => void>();
    const stop = attendCalls(engine, engine.pictures, { looking: 'nobody', mode: 'auto', failed, ...options });
    const asked = (...names: string[]) => engine.asked.filter(([name]) => names.includes(String(name)));
    return { engine, failed, stop, asked };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  test('are not sent where nobody sees them, and decoded where a script counts them', () => {
    for (const [looking, mode, expected] of [
      [
        'nobody',
        'auto',
        [
          ['show-pictures', []],
          ['picture-size', null],
        ],
      ],
      ['counted', 'auto', [['picture-size', { width: 320, height: 180 }]]],
      [
        'counted',
        'none',
        [
          ['show-pictures', []],
          ['picture-size', null],
        ],
      ],
      [
        'own',
        'none',
        [
          ['show-pictures', []],
          ['picture-size', null],
        ],
      ],
      ['own', 'auto', []],
    ] as const) {
      const { engine, asked } = attend({ looking, mode });
      engine.setCall({ state: 'joining', members: [own] });
      engine.setCall({ state: 'in', members: [own] });
      engine.setCall({ state: 'waiting' });
      engine.setCall({ state: 'in' });
      expect(asked('show-pictures', 'picture-size'), `${looking} ${mode}`).toEqual(expected);
    }
  });

  test('stand in a window as long as the call lasts, and whoever closes it leaves', async () => {
    const { engine, asked, stop } = attend({ looking: 'own', mode: 'window' });
    engine.setCall({ state: 'in', members: [own] });
    await settle();
    engine.setCall({ state: 'waiting' });
    engine.setCall({ state: 'in' });
    expect(asked('open-window', 'close-window')).toEqual([['open-window']]);
    engine.closeWindow();
    expect(asked('leave-call')).toEqual([['leave-call']]);
    engine.setCall({ state: 'out' });
    expect(asked('close-window')).toHaveLength(1);
    // One that stands only when the call is over is closed at once.
    engine.setCall({ state: 'in' });
    stop();
    await settle();
    expect(asked('close-window')).toHaveLength(2);
  });

  test('without a window are told to be missing, once', async () => {
    const { engine, failed } = attend({ mode: 'window' });
    engine.failWith('no_window');
    engine.setCall({ state: 'in', members: [own] });
    await settle();
    expect(failed.mock.calls).toMatchObject([[{ code: 'no_window' }]]);
  });
});

test('where lines are typed an empty one begins to talk, and ends it', () => {
  const engine = createFakeEngine();
  const said: string[] = [];
  const press = createPlainTalk(engine, texts('en').terminal, (text) => said.push(text));
  press();
  engine.setCall({ state: 'in', members: [own] });
  press();
  press();
  press();
  engine.setCall({ state: 'out' });
  press();
  expect(engine.asked.filter(([name]) => name === 'talk').map(([, on]) => on)).toEqual([true, false, true, false]);
  expect(said[0]).toMatch(/empty line/);
  expect(said).toHaveLength(5);
});

describe('flags', () => {
  test('say what is captured and how pictures are shown', () => {
    expect(parseChatArguments([]).calls).toEqual({
      call: false,
      camera: undefined,
      microphone: undefined,
      screen: undefined,
      pushToTalk: false,
      pictureMode: 'auto',
    });
    const words = ['--call', '--camera', 'test', '--microphone', 'none', '--screen', ':1', '--push-to-talk', '--pictures', 'blocks'];
    expect(parseChatArguments(words).calls).toEqual({
      call: true,
      camera: 'test',
      microphone: 'none',
      screen: ':1',
      pushToTalk: true,
      pictureMode: 'blocks',
    });
  });

  test.each([[['--pictures', 'ascii']], [['--camera', ' ']], [['--screen', '']], [['--push-to-talk', '--json']], [['--camera']]])(
    '%j are refused',
    (words) => {
      expect(() => parseChatArguments(words)).toThrow(expect.objectContaining({ code: 'bad_flag' }));
    },
  );
});

test('/call who is a table', () => {
  const view = { room: HERE, state: 'in' as const, ringing: null, error: null };
  const linesOf = (members: CallMember[], state: 'in' | 'out' = 'in') =>
    callTable({ ...view, state, members }, texts('en').terminal).map((row) => row.map(({ text }) => text).join(''));
  expect(linesOf([ana, { ...juan, hand: true, name: 'Juan Nepomuceno de la Cruz y Olmedo' }, own])).toEqual([
    '  Ana                       sound  camera',
    '  Juan Nepomuceno de la C…  muted  camera  hand up',
    '  Marta (you)               sound',
  ]);
  expect(linesOf([], 'out')).toEqual(['There is a call in this room: /call start joins.']);
});

test('what may stand behind /call is completed', async () => {
  const complete = async (text: string, spanish = false) =>
    (await findCompletions({ text, cursor: text.length }, { spanish } as CompletionSources)).candidates;
  expect(await complete('/ca')).toContain('/call ');
  expect(await complete('/call mu')).toEqual(['mute ']);
  expect(await complete('/llamada si', true)).toEqual(['silencio ']);
  expect(await complete('/call ')).toEqual(expect.arrayContaining(['start ', 'stop ', 'mute ', 'video ', 'share ', 'who ', 'hand ']));
});

describe('the rows of a call', () => {
  const { terminal: t } = texts('en');
  const seen = (change: Partial<CallSeen> = {}): CallSeen => ({
    view: { room: HERE, state: 'in', members: [ana, juan, own], ringing: null, error: null },
    room: undefined,
    pictures: [
      { key: 'a camera', member: ana, isScreen: false },
      { key: 'j camera', member: { ...juan, hand: true }, isScreen: false },
    ],
    unopened: new Set(),
    speaking: new Set(),
    talking: null,
    isHidden: false,
    cellAspect: 2,
    ...change,
  });
  const linesOf = (what: CallSeen, columns = 80, height = 20) =>
    callRows(what, columns, height, t).rows.map((row) => row.map(({ text }) => text).join(''));

  test('name who is in it, with what one has to know, under each picture', () => {
    const { rows, holes, tiles } = callRows(seen(), 80, 20, t);
    const [bar = '', ...under] = linesOf(seen());
    expect(bar).toMatch(/^● Call · Ana, Juan \(muted\), you +F2 mute · F4 hide pictures $/);
    expect(under.at(-1)).toMatch(/^ +Ana +Juan hand up · muted +$/);
    expect(holes).toEqual(Array.from({ length: rows.length - 2 }, (_, at) => at + 1));
    expect(tiles.map(({ key }) => key)).toEqual(['a camera', 'j camera']);
    expect(tiles[0]?.place.row).toBe(1);
  });

  test('say what one does, and what is the matter', () => {
    const bar = (change: Partial<CallSeen>) => linesOf(seen(change))[0];
    expect(bar({ talking: true })).toMatch(/Call TALKING · .*F2 talk/);
    expect(bar({ talking: false })).toMatch(/Call · Ana.*F2 talk/);
    expect(bar({ room: 'with Ana' })).toMatch(/Call · with Ana · Ana/);
    expect(bar({ unopened: new Set([ana.device]) })).toMatch(/Ana \(does not open\)/);
    expect(bar({ view: { ...seen().view, state: 'waiting' } })).toMatch(/interrupted/);
    expect(bar({ view: { ...seen().view, state: 'out' } })).toMatch(/There is a call in this room: \/call start joins\. *$/);
  });

  test('mark who speaks, in the line and under the picture, and not under a screen', () => {
    const pictures = [
      { key: 'a camera', member: ana, isScreen: false },
      { key: 'a screen', member: ana, isScreen: true },
      { key: 'j camera', member: juan, isScreen: false },
    ];
    const marked = (speaking: ReadonlySet<string>) =>
      callRows(seen({ pictures, speaking }), 120, 20, t)
        .rows.flat()
        .filter(({ style }) => style === 'speaking')
        .map(({ text }) => text);
    expect(marked(new Set())).toEqual([]);
    expect(marked(new Set([ana.device, 'ff'.repeat(32)]))).toEqual(['Ana', 'Ana']);
    expect(marked(new Set([ana.device, juan.device]))).toEqual(['Ana', 'Juan', 'Ana', 'Juan']);
  });

  test('leave the conversation its room, and pictures away where there is none', () => {
    for (let columns = 10; columns < 200; columns += 13)
      for (let height = 0; height < 60; height++) {
        const { rows } = callRows(seen(), columns, height, t);
        expect(rows.length).toBeLessThanOrEqual(Math.max(1, height - 6));
      }
    expect(linesOf(seen({ isHidden: true }))).toHaveLength(1);
    expect(linesOf(seen({ isHidden: true }))[0]).toMatch(/F4 pictures $/);
    expect(linesOf(seen(), 100, 9)).toEqual([expect.stringContaining('Make the window larger')]);
  });
});
