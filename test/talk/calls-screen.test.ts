/* eslint-disable no-control-regex -- what a terminal is told is made of them */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fakeCallMember } from '../support/fake-calls.ts';
import { fakeMember } from '../support/fake-engine.ts';
import type { Pixels } from '../../src/terminal/calls/pictures/scale.ts';
import { foreignControls, hostileTexts, OBEYED, OURS_IN_CALLS } from '../support/hostile-texts.ts';
import { decodeKitty, decodeSixel } from '../support/picture-decoders.ts';
import { type FakeTerminal, openFakeTerminal, type TerminalOptions } from '../support/terminal.ts';

const ana = fakeCallMember('Ana', fakeMember('Ana').device);
const juan = fakeCallMember('Juan', fakeMember('Juan').device, { sources: ['camera'] });
const own = fakeCallMember('Marta', 'ab'.repeat(32), { own: true, sources: ['microphone'] });

async function open(options: TerminalOptions = {}, env: Record<string, string> = {}, more: readonly string[] = []): Promise<FakeTerminal> {
  const terminal = await openFakeTerminal('full', { columns: 80, rows: 24, ...options }, { COLORTERM: 'truecolor', ...env }, more);
  await terminal.until(/● (Connected|Hay conexión)/);
  return terminal;
}

/** In a call, with a picture of Ana: red beside blue. */
async function openCall(...parameters: Parameters<typeof open>): Promise<FakeTerminal> {
  const terminal = await open(...parameters);
  await terminal.tell('setCall', { state: 'in', members: [ana, juan, own] });
  await terminal.until(/● Call · Ana, Juan \(muted\), you/);
  await terminal.tell('picture', ana.device, 'camera', 'left-red', 32, 18);
  return terminal;
}

/** In the middle of its left half. */
const middleOf = ({ rgb, width, height }: Pixels) => [...rgb.subarray(((height >> 1) * width + (width >> 2)) * 3).subarray(0, 3)];
/** Cells of each colour in a row as tmux has it. */
const colours = (row: string) =>
  [...row.matchAll(/\u001b\[([0-9;]*)m(▀*)/g)]
    .filter(([, , cells]) => cells !== '')
    .map(([, style = '', cells = '']) => [style, cells.length]);
const typed = (rows: readonly string[]) => rows.findLast((row) => row.startsWith('> '))?.slice(2) ?? '';
const pictureRows = (rows: readonly string[]) => rows.filter((row) => row.includes('▀▀'));

describe('pictures of a call', () => {
  test('stand above the lines, in their colours, with names; writing goes on below', async () => {
    const terminal = await openCall();
    await terminal.tell('hear', 'hello');
    terminal.write('half typed');
    const rows = await terminal.untilRows((all) => pictureRows(all).length >= 8 && typed(all) === 'half typed', 'pictures');
    const at = rows.findIndex((row) => row.includes('▀'));
    expect(rows[at - 1]).toContain('● Call');
    const height = pictureRows(rows).length;
    expect(rows[at + height]).toMatch(/^ +Ana +Juan muted/);
    expect(rows.slice(at + height).join('\n')).toMatch(/Ana │ hello/);
    const width = rows[at]?.trim().length ?? 0;
    for (const row of terminal.rows(true).slice(at, at + height))
      expect(colours(row), JSON.stringify(row)).toEqual([
        ['48;2;255;0;0', width / 2],
        ['48;2;0;0;255', width / 2],
      ]);
    expect(terminal.ask('#{cursor_x},#{cursor_y}')).toBe('12,23');
    terminal.press('Enter');
    await terminal.until(/Marta │ half typed/);
    // What of them nobody sees is not asked for.
    const [, wanted] = terminal.asked('show-pictures').at(-1) as [string, Array<{ device: string; height: number }>];
    expect(wanted.map(({ device }) => device)).toEqual([ana.device, juan.device]);
    expect(wanted[0]?.height).toBe(height * 2);
    terminal.press('F4');
    await terminal.untilRows((all) => pictureRows(all).length === 0 && all.join().includes('F4 pictures'), 'no pictures');
    await untilAsked(terminal, ['show-pictures', []]);
    await untilAsked(terminal, ['picture-size', null]);
    terminal.press('F4');
    await terminal.untilRows((all) => pictureRows(all).length === height, 'pictures again');
    await terminal.tell('setCall', null);
    await terminal.untilRows((all) => pictureRows(all).length === 0 && !all.join().includes('● Call'), 'no call');
    expect(terminal.screen()).toContain('You left the call.');
  });

  test('have a line under the name of who speaks, also without colours', async () => {
    for (const env of [{}, { NO_COLOR: '1' }]) {
      const terminal = await openCall({}, env);
      // SGR 4, whatever colours stand beside it.
      const marked = () =>
        terminal.rows(true).filter((row) => /\u001b\[(?:[0-9;]*;)?4(?:;[0-9;]*)?m(?:\u001b\[[0-9;]*m)*Ana/.test(row)).length;
      expect(marked()).toBe(0);
      await terminal.tell('speaking', ana.device);
      await expect.poll(marked, { timeout: 10_000 }).toBe(2);
      await terminal.tell('speaking');
      await expect.poll(marked, { timeout: 10_000 }).toBe(0);
      // Who spoke when a call ended does not speak in the next one.
      await terminal.tell('speaking', ana.device);
      await expect.poll(marked, { timeout: 10_000 }).toBe(2);
      await terminal.tell('setCall', null);
      await terminal.untilRows((all) => !all.join().includes('● Call'), 'no call');
      await terminal.tell('setCall', { state: 'in', members: [ana, juan, own] });
      await terminal.until(/● Call · Ana/);
      expect(marked()).toBe(0);
    }
  });

  test('are whole after every change of size', async () => {
    const terminal = await openCall();
    terminal.write('half a line');
    for (const [columns, rows] of [
      [300, 100],
      [81, 25],
      [20, 8],
      [100, 24],
      [40, 12],
      [300, 20],
      [30, 100],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.untilRows(
        (all) => typed(all) === 'half a line' && all.length === rows && all[0]?.startsWith(' Room') === true,
        `${columns}×${rows}`,
      );
      await atRest(terminal);
      const before = terminal.rows(true);
      const shown = terminal.rows();
      const high = pictureRows(shown).length;
      expect(high, `${columns}×${rows}`).toBeLessThanOrEqual(rows * 0.6);
      if (columns >= 30 && rows >= 20) expect(high, `${columns}×${rows}`).toBeGreaterThan(2);
      // Of the conversation something is left.
      expect(shown.filter((row) => !row.includes('▀')).length).toBeGreaterThanOrEqual(Math.min(rows, 7));
      terminal.press('C-l');
      await atRest(terminal);
      expect(terminal.rows(true), `${columns}×${rows}`).toEqual(before);
    }
  });

  test('cost no more than the terminal bears, however many come, and typing stays quick', async () => {
    const terminal = await openCall({ columns: 120, rows: 40 });
    await terminal.untilRows((all) => pictureRows(all).length > 8, 'pictures');
    const before = terminal.bytes().length;
    const began = performance.now();
    const delays: number[] = [];
    let line = '';
    for (const letter of 'typing goes on') {
      const pushes = Array.from({ length: 4 }, () => terminal.tell('picture', ana.device, 'camera', 'noise', 80, 45));
      line += letter;
      const pressed = performance.now();
      terminal.write(letter);
      await terminal.untilRows((all) => typed(all) === line.trimEnd(), line);
      delays.push(performance.now() - pressed);
      await Promise.all(pushes);
    }
    await wait(200);
    const seconds = (performance.now() - began) / 1000;
    const bytes = terminal.bytes().slice(before);
    const frames = bytes.split(/▀|â\u0096\u0080/).length > 1 ? (bytes.match(/\u001b\[\?2026h\u001b\[\?25l\u001b\[4;/g) ?? []).length : 0;
    expect(frames).toBeGreaterThan(2);
    expect(frames / seconds).toBeLessThan(16);
    expect(bytes.length / seconds).toBeLessThan(4_500_000);
    // The same without pictures on the way says how busy this machine is.
    const calm: number[] = [];
    for (const letter of ' and on') {
      line += letter;
      const pressed = performance.now();
      terminal.write(letter);
      await terminal.untilRows((all) => typed(all) === line.trimEnd(), line);
      calm.push(performance.now() - pressed);
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] as number;
    expect(median(delays)).toBeLessThan(400 + 4 * median(calm));
  });

  test('are letters without colours', async () => {
    const terminal = await openCall({}, { NO_COLOR: '1' });
    const rows = await terminal.untilRows((all) => all.some((row) => /:{5}.*|-{5}/.test(row)) && !all.join().includes('▀'), 'letters');
    expect(rows.join()).toContain('● Call');
    expect(terminal.bytes()).not.toMatch(/\u001b\[(?:[0-9;]*;)?[34]8;/);
  });

  test('are of 256 colours where there are no more', async () => {
    const terminal = await openCall({}, { COLORTERM: '', TERM: 'xterm-256color' }, ['blocks']);
    await terminal.untilRows((all) => pictureRows(all).length > 2 || all.some((row) => /:{5}|-{5}/.test(row)), 'pictures');
    expect(terminal.bytes()).not.toContain('38;2;');
  });

  test('are drawn by what the terminal says that it has', async () => {
    const terminal = await openCall();
    await terminal.untilRows((all) => pictureRows(all).length > 2, 'half blocks');
    const asked = terminal.bytes();
    expect(asked.match(/\u001b\[c/g)).toHaveLength(1);
    // As a terminal answers that is slow.
    terminal.write('\u001b[6;20;10t\u001b[?62;4c');
    await terminal.untilRows((all) => pictureRows(all).length === 0, 'no half blocks');
    const sixel = await untilBytes(terminal, /\u001bP0;1;0q[^\u001b]*\u001b\\/);
    expect(middleOf(decodeSixel(sixel))).toEqual([255, 0, 0]);
    terminal.write('\u001b_Gi=31;OK\u001b\\');
    const kitty = await untilBytes(terminal, /\u001b_Ga=T[^;]*m=0;[^\u001b]*\u001b\\/);
    const picture = decodeKitty(kitty);
    expect(middleOf(picture)).toEqual([255, 0, 0]);
    terminal.press('F4');
    await untilBytes(terminal, new RegExp(`\u001b_Ga=d,d=I,i=${picture.id},q=2\u001b\\\\`));
    // Nothing of it was typed.
    expect(typed(terminal.rows())).toBe('');
  });
});

async function untilBytes(terminal: FakeTerminal, pattern: RegExp): Promise<string> {
  for (let look = 0; look < 200; look++, await wait(50)) {
    const found = pattern.exec(terminal.bytes())?.[0];
    if (found !== undefined) return found;
  }
  throw new Error(`never wrote ${pattern}`);
}

/** The last that the terminal asked of this kind. */
const untilAsked = (terminal: FakeTerminal, asked: readonly [string, ...unknown[]]) =>
  terminal.untilRows(() => JSON.stringify(terminal.asked(asked[0]).at(-1)) === JSON.stringify(asked), JSON.stringify(asked));

async function atRest(terminal: FakeTerminal): Promise<void> {
  let before = '';
  for (let look = 0; look < 50; look++) {
    await wait(150);
    const now = terminal.rows(true).join('\n');
    if (now === before) return;
    before = now;
  }
}

describe('keys', () => {
  test('F2 turns the microphone off and on, and says what went wrong', async () => {
    const terminal = await openCall();
    terminal.press('F2');
    await untilAsked(terminal, ['turn', 'microphone', false]);
    await terminal.tell('failWith', 'microphone_busy');
    await terminal.tell('setCall', { members: [ana, { ...own, sources: [] }] });
    await terminal.until(/F2 microphone/);
    terminal.press('F2');
    await terminal.until(/Another program has the microphone/);
    await untilAsked(terminal, ['turn', 'microphone', true]);
  });

  test('with push-to-talk F2 and Ctrl-Space talk, held where the terminal tells it', async () => {
    const terminal = await openCall({}, {}, ['none', 'push']);
    await terminal.until(/F2 talk/);
    expect(terminal.asked('talk')).toEqual([['talk', false]]);
    terminal.press('F2');
    await terminal.until(/Call TALKING/);
    await wait(800);
    terminal.press('C-Space');
    await terminal.untilRows((all) => !all.join().includes('TALKING'), 'silence');
    // As kitty answers, and then tells keys.
    terminal.write('\u001b[?0u');
    await untilBytes(terminal, /\u001b\[>3u/);
    terminal.write('\u001b[1;1:1Q');
    await terminal.until(/Call TALKING/);
    await wait(400);
    terminal.write('\u001b[1;1:3Q');
    await terminal.untilRows((all) => !all.join().includes('TALKING'), 'silence');
    await terminal.untilRows(() => terminal.asked('talk').length === 5, 'talking told');
    expect(terminal.asked('talk').map(([, on]) => on)).toEqual([false, true, false, true, false]);
    expect(terminal.asked('turn')).toEqual([]);
    terminal.write('\u001b[104u\u001b[105;1:3u');
    await terminal.untilRows((all) => typed(all) === 'h', 'a letter');
    await terminal.tell('setCall', null);
    await untilBytes(terminal, /\u001b\[<u/);
  });
});

describe('somebody who calls', () => {
  const ringing = { state: 'out', ringing: { device: ana.device, name: 'Ana' }, members: [ana] };

  test.each(['full', 'plain'] as const)('rings the bell until it is answered, %s', async (mode) => {
    const terminal = await openFakeTerminal(mode, { columns: 80, rows: 24 });
    await terminal.until(/^>/m);
    const title = terminal.ask('#{pane_title}');
    const bells = () =>
      terminal
        .bytes()
        .replaceAll(/\u001b\][^\u0007]*\u0007/g, '')
        .split('\u0007').length - 1;
    await terminal.tell('setCall', ringing);
    await terminal.until(/Ana is calling: \/call start answers, \/call stop ends the ringing\./);
    expect(bells()).toBe(1);
    expect(terminal.ask('#{pane_title}')).toBe('Call · Corrillo');
    await terminal.tell('setCall', { state: 'in', ringing: null, members: [ana, own] });
    await terminal.until(mode === 'plain' ? /In it: Ana\./ : /You are in the call/);
    expect(terminal.ask('#{pane_title}')).toBe(title);
    await wait(4_500);
    expect(bells()).toBe(1);
  });

  test('in another room is told with its name', async () => {
    const terminal = await open();
    await terminal.tell('addRoom', { room: 'dd'.repeat(16), title: 'Office' });
    await terminal.tell('setCall', ringing, 'dd'.repeat(16));
    await terminal.until(/Ana is calling in Office/);
  });
});

test('plain lines say what happens', async () => {
  const terminal = await openFakeTerminal('plain', { columns: 100, rows: 40 }, { LANG: 'es_ES.UTF-8' });
  await terminal.until(/^>/m);
  await terminal.tell('setCall', { state: 'joining', members: [ana] });
  await terminal.tell('setCall', { state: 'in', members: [ana, juan, own] });
  await terminal.tell('setCall', {
    members: [{ ...ana, sources: ['microphone', 'camera', 'screen'] }, { ...juan, sources: ['microphone', 'camera'], hand: true }, own],
  });
  await terminal.tell('setCall', {
    members: [
      { ...juan, hand: true, sources: ['microphone'] },
      { ...own, hand: true, sources: [] },
    ],
  });
  await terminal.tell('setCall', { state: 'waiting', error: { code: 'call_lost' } });
  await terminal.tell('setCall', null);
  const shown = await terminal.until(/Has salido de la llamada/);
  expect(shown.split('\n').filter((line) => line.startsWith('—'))).toEqual([
    '— Entrando en la llamada …',
    '— Estás en la llamada.',
    '— En ella: Ana, Juan (sin micrófono).',
    '— Ana comparte una pantalla.',
    '— A Juan se le oye.',
    '— Juan levanta la mano.',
    '— Ana ha salido de la llamada.',
    '— Juan ha apagado la cámara.',
    '— Tu micrófono está apagado.',
    '— Tienes la mano levantada: /llamada mano la baja.',
    expect.stringContaining('— La llamada se cortó y vuelve sola: La parte del anfitrión que lleva las llamadas se paró'),
    '— Has salido de la llamada.',
  ]);
});

describe('the terminal is as it was before', () => {
  test.each([
    ['/quit', (terminal: FakeTerminal) => terminal.type('/quit')],
    ['SIGTERM', (terminal: FakeTerminal) => process.kill(terminal.pid(), 'SIGTERM')],
    ['a fault nobody foresaw', (terminal: FakeTerminal) => void terminal.tell('crash').catch(() => {})],
  ])('after %s in a call that rings elsewhere', async (_, end) => {
    const terminal = await openCall({ inShell: true }, {}, ['kitty', 'push']);
    await untilBytes(terminal, /\u001b_Ga=T/);
    terminal.write('\u001b[?0u');
    await untilBytes(terminal, /\u001b\[>3u/);
    await terminal.tell('addRoom', { room: 'dd'.repeat(16), title: 'Office' });
    await terminal.tell('setCall', { state: 'out', ringing: { device: juan.device, name: 'Juan' }, members: [juan] }, 'dd'.repeat(16));
    await terminal.until(/Juan is calling in Office/);
    const length = terminal.bytes().length;
    end(terminal);
    await terminal.exit();
    expect(terminal.ask('#{alternate_on} #{cursor_flag} #{wrap_flag}')).toBe('0 1 1');
    const bytes = terminal.bytes().slice(length);
    const goodbyes = ['\u001b_Ga=d,d=A,q=2\u001b\\', '\u001b[<u', '\u001b[?1049l', '\u001b[23;2t'].map((goodbye) =>
      bytes.lastIndexOf(goodbye),
    );
    for (const at of goodbyes) expect(at).toBeGreaterThan(-1);
    // While the screen is still ours; and nothing is drawn any more.
    expect(Math.max(...goodbyes)).toBe(goodbyes[2]);
    expect(bytes.slice(goodbyes[2])).not.toContain('\u001b_G');
  });

  test('while it is suspended, and pictures are there again afterwards', async () => {
    const terminal = await openCall({ inShell: true });
    await terminal.untilRows((all) => pictureRows(all).length > 2, 'pictures');
    terminal.press('C-z');
    await terminal.until(/Stopped/);
    terminal.type('clear; fg');
    await terminal.untilRows((all) => pictureRows(all).length > 2, 'pictures again');
    terminal.press('C-c');
    await terminal.until(/^shell> *$/m);
  });
});

test('names in a call are shown, and never obeyed', { timeout: 180_000 }, async () => {
  const terminal = await open({ columns: 90, rows: 30 });
  terminal.write('half typed');
  await terminal.until(/> half typed/);
  const stateOf = () =>
    terminal.ask(
      '#{alternate_on} #{wrap_flag} #{origin_flag} #{insert_flag} #{mouse_any_flag} #{scroll_region_upper} #{window_name} #{pane_width}',
    );
  const before = stateOf();
  for (const [what, text] of hostileTexts) {
    const evil = fakeCallMember(text, 'ee'.repeat(32), { sources: ['camera', 'screen'], hand: true });
    await terminal.tell('setView', { title: text });
    await terminal.tell('setCall', { state: 'out', ringing: { device: evil.device, name: text }, members: [evil] });
    await terminal.tell('setCall', { state: 'in', ringing: null, members: [evil, own] });
    await terminal.tell('picture', evil.device, 'camera', 'left-red', 4, 4);
    await terminal.tell('picture', evil.device, 'screen', 'noise', 4, 4);
    await terminal.tell('setCall', null);
    await terminal.tell('hear', `after: ${what}.`);
    const isWhole = (rows: string[]) =>
      rows.some((row) => row.includes(`after: ${what}.`)) &&
      rows.findLast((row) => row !== '') === '> half typed' &&
      terminal.ask('#{cursor_x},#{cursor_y}') === '12,29';
    await terminal.untilRows(isWhole, `${what}, and the line being typed`);
    expect(stateOf(), what).toBe(before);
    expect(terminal.buffers(), what).toBe('');
  }
  expect(terminal.ask('#{pane_title} #{window_name}')).not.toMatch(OBEYED);
  for (const method of ['send', 'leave', 'rename', 'join-call', 'turn']) expect(terminal.asked(method)).toEqual([]);
  expect(foreignControls(terminal.bytes().replace('\r\u001b[J', ''), OURS_IN_CALLS)).toEqual([]);
});
