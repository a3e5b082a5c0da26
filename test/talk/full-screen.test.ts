import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { HERE } from '../support/fake-engine.ts';
import { type FakeTerminal, openFakeTerminal, type TerminalOptions } from '../support/terminal.ts';

async function open(options: TerminalOptions = {}, env: Record<string, string> = {}): Promise<FakeTerminal> {
  const terminal = await openFakeTerminal('full', { columns: 80, rows: 24, ...options }, env);
  await terminal.until(/● (Connected|Hay conexión)/);
  return terminal;
}

/** The line being typed, as it stands on the screen. */
const typed = (rows: readonly string[]) => rows.findLast((row) => row.startsWith('> '))?.slice(2) ?? '';

/** The rows once two looks at them are the same. */
async function atRest(terminal: { rows(): readonly string[] }): Promise<readonly string[]> {
  let before = terminal.rows();
  for (let look = 0; look < 50; look++) {
    await wait(150);
    const now = terminal.rows();
    if (now.join('\n') === before.join('\n')) return now;
    before = now;
  }
  return before;
}

describe('the full screen', () => {
  test('keeps the line being typed through a burst of messages, and stays quick', async () => {
    const terminal = await open();
    const burst = terminal.tell('burst', 10_000);
    const delays: number[] = [];
    let line = '';
    for (const letter of 'typing goes on') {
      line += letter;
      const began = performance.now();
      terminal.write(letter);
      await terminal.untilRows((rows) => typed(rows) === line.trimEnd(), line);
      delays.push(performance.now() - began);
    }
    await burst;
    await terminal.until(/burst 9999 with some words/);
    expect(typed(terminal.rows())).toBe('typing goes on');
    // A look at the screen takes tens of milliseconds by itself.
    expect(delays.toSorted((a, b) => a - b)[delays.length >> 1]).toBeLessThan(300);
    expect(Math.max(...delays)).toBeLessThan(1_500);
  });

  test('writes nothing where nothing changes', async () => {
    const terminal = await open();
    await terminal.tell('hear', 'hello');
    await terminal.until(/hello/);
    await wait(200);
    const { length } = terminal.bytes();
    await wait(1_000);
    await terminal.tell('emit', { event: 'changed', room: HERE });
    await wait(200);
    expect(terminal.bytes().length).toBe(length);
  });

  test('is whole after every change of size', async () => {
    const terminal = await open();
    for (let i = 0; i < 60; i++)
      await terminal.tell('hear', `line ${i} 日本語 👍 ñ ${'and so on '.repeat(i % 13)}`, { name: i % 3 ? 'Ana' : 'José Ñandú 李' });
    terminal.write('half a line');
    const sizes = [
      [300, 100],
      [81, 25],
      [20, 8],
      [100, 24],
      [99, 50],
      [40, 12],
      [300, 8],
      [20, 100],
      [80, 24],
    ] as const;
    for (let round = 0; round < 3; round++) {
      for (const [columns, rows] of sizes) {
        terminal.resize(columns, rows);
        if (round > 0) {
          const shown = await terminal.untilRows(
            (all) =>
              typed(all) === 'half a line' &&
              all.length === rows &&
              all[0]?.startsWith(' Room') === true &&
              all.at(-1)?.startsWith('> ') === true,
            `${columns}×${rows}`,
          );
          // What a terminal shows that was painted anew is what it showed before. A busy machine paints it in several looks.
          const before = await atRest(terminal);
          terminal.press('C-l');
          await wait(120);
          expect(await atRest(terminal), `${columns}×${rows}`).toEqual(before);
          expect(shown).toHaveLength(rows);
        }
      }
    }
    expect(Number(terminal.ask('#{history_size}'))).toBe(0);
  });

  test('shows history where one scrolls, and does not move it when more comes', async () => {
    const terminal = await open();
    for (let i = 0; i < 350; i++) await terminal.tell('hear', `line ${i}.`);
    await terminal.until(/line 349\./);
    for (let i = 0; i < 3; i++) terminal.press('PageUp');
    await terminal.until(/↓/);
    await wait(150);
    const before = terminal.rows().slice(2, -2);
    for (let i = 0; i < 5; i++) await terminal.tell('hear', `late ${i}.`);
    await terminal.until(/5 new below/);
    expect(terminal.rows().slice(2, -2)).toEqual(before);
    // Up to where it begins: pages that were never on the screen are fetched.
    for (let i = 0; i < 40; i++) terminal.press('PageUp');
    await terminal.until(/line 0\./);
    terminal.press('End');
    await terminal.until(/late 4\./);
    expect(terminal.screen()).not.toContain('new below');
  });

  test('takes a paste of several lines as one text', async () => {
    const terminal = await open();
    terminal.write('see: ');
    terminal.paste('one\ntwo\nthree\ttab');
    await terminal.until(/see: one⏎/);
    expect(terminal.asked('send')).toEqual([]);
    terminal.press('Enter');
    await terminal.until(/│ two\s/);
    await terminal.tell('settled');
    expect(terminal.asked('send')).toEqual([['send', HERE, 'see: one\ntwo\nthree\ttab']]);
  });

  test('edits, recalls and completes', async () => {
    const terminal = await open();
    terminal.write('one two three');
    terminal.press('C-a', 'M-f', 'C-k', 'C-e', 'C-y', 'C-w');
    await terminal.untilRows((rows) => typed(rows) === 'one two', 'the word gone');
    terminal.press('Enter');
    await terminal.until(/Marta │ one two/);
    terminal.write('draft');
    terminal.press('Up');
    await terminal.untilRows((rows) => typed(rows) === 'one two', 'the line before');
    terminal.press('Down');
    await terminal.untilRows((rows) => typed(rows) === 'draft', 'the draft');
    terminal.press('C-u');
    terminal.write('日本');
    terminal.press('Left', 'BSpace');
    await terminal.untilRows((rows) => typed(rows) === '本', 'one letter');
    expect(terminal.ask('#{cursor_x},#{cursor_y}')).toBe('2,23');
    terminal.press('C-k');
    terminal.write('/quit');
    terminal.press('BSpace', 'BSpace', 'BSpace', 'BSpace');
    terminal.write('adm');
    terminal.press('Tab');
    await terminal.untilRows((rows) => typed(rows).trimEnd() === '/admit', 'the command');
    terminal.press('C-u');
    terminal.write('an');
    terminal.press('Tab');
    await terminal.untilRows((rows) => typed(rows).trimEnd() === 'Ana:', 'the name');
    terminal.press('C-u');
    terminal.write('look at ./pack');
    terminal.press('Tab', 'Tab');
    await terminal.until(/package\.json/);
  });

  test('puts a line that could not be done back, and says why', async () => {
    const terminal = await open();
    terminal.type('/wo');
    await terminal.until(/Did you mean \/who\?/);
    expect(typed(terminal.rows())).toBe('/wo');
    terminal.press('BSpace', 'BSpace');
    terminal.write('who');
    await terminal.untilRows((rows) => rows.at(-2)?.includes('Did you mean') === false, 'no complaint');
    terminal.press('Enter');
    await terminal.until(/Marta \(you, opened the room\)/);
  });

  test('shows who is at the door, and lets in', async () => {
    const terminal = await open({}, { LANG: 'es_ES.UTF-8' });
    await terminal.tell('setView', {
      knocks: [{ device: 'ee'.repeat(32), name: 'Pedro', words: ['cinco', 'palabras', 'para', 'poder', 'comparar'], at: 1 }],
    });
    await terminal.until(/Pedro está a la puerta\. Palabras: cinco palabras para poder comparar\./);
    terminal.write('/admi');
    terminal.press('Tab');
    await terminal.untilRows((rows) => typed(rows).trimEnd() === '/admitir', 'the command');
    terminal.write('pe');
    terminal.press('Tab', 'Enter');
    await terminal.untilRows((rows) => !rows.join().includes('Pedro'), 'nobody at the door');
    await terminal.tell('settled');
    expect(terminal.asked('admit')).toEqual([['admit', HERE, 'ee'.repeat(32)]]);
  });

  test('has several rooms, counts what is unread, and goes where one wants', async () => {
    const terminal = await open({ columns: 120 });
    terminal.type('/msg ana just for you');
    await terminal.until(/\[you → Ana\] just for you/);
    await terminal.tell('settled');
    const direct = terminal.asked('send')[0]?.[1] as string;
    await terminal.tell('hear', 'and for you', { room: direct });
    await terminal.tell('hear', 'again', { room: direct });
    await terminal.until(/with Ana \(2\)/);
    expect(terminal.screen()).not.toContain('and for you');
    terminal.press('C-n');
    await terminal.until(/and for you/);
    await terminal.until(/▸ with Ana/);
    terminal.type('/room with Ana');
    await terminal.until(/This device is not in that room/);
    terminal.press('C-u');
    terminal.type('/room 1');
    await terminal.until(/▸ Room/);
    expect(terminal.screen()).not.toContain('with Ana (');
  });

  test('counts down to the next attempt without a host', async () => {
    const terminal = await open();
    await terminal.tell('setConnection', { state: 'offline', code: 'refused', retryAt: Date.now() + 60_000 });
    await terminal.until(/No connection, trying again in 5\d s/);
    expect(await terminal.until(/! │ No connection: Nobody answers there/)).toContain('○ No connection');
    await terminal.tell('setConnection', { state: 'connected' });
    await terminal.until(/● Connected/);
    expect(terminal.rows().slice(-2)[0]).not.toContain('No connection');
  });

  test('wants no colours where it is told so', async () => {
    const plain = await open({}, { NO_COLOR: '1' });
    const coloured = await open();
    for (const terminal of [plain, coloured]) {
      await terminal.tell('hear', 'hello');
      await terminal.until(/Ana │ hello/);
    }
    // eslint-disable-next-line no-control-regex
    const colour = /\u001b\[(?:[0-9;]*;)?(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])[0-9;]*m/;
    expect(coloured.bytes()).toMatch(colour);
    expect(plain.bytes()).not.toMatch(colour);
  });
});

describe('the terminal is as it was before', () => {
  const isRestored = async (terminal: FakeTerminal) => {
    expect(terminal.ask('#{alternate_on} #{cursor_flag} #{wrap_flag}')).toBe('0 1 1');
    expect(terminal.bytes()).toContain('\u001b[?2004l');
  };

  test.each([
    ['/quit', (terminal: FakeTerminal) => terminal.type('/quit'), 0],
    ['Ctrl-D', (terminal: FakeTerminal) => terminal.press('C-d'), 0],
    ['Ctrl-C', (terminal: FakeTerminal) => terminal.press('C-c'), 0],
    ['SIGTERM', (terminal: FakeTerminal) => process.kill(terminal.pid(), 'SIGTERM'), 0],
    ['a fault nobody foresaw', (terminal: FakeTerminal) => void terminal.tell('crash').catch(() => {}), 1],
  ])('after %s', async (_, end, code) => {
    const terminal = await open({ inShell: true });
    expect(terminal.ask('#{alternate_on} #{wrap_flag}')).toBe('1 0');
    end(terminal);
    expect(await terminal.exit()).toBe(code);
    await isRestored(terminal);
    if (code === 1) expect(terminal.screen()).toContain('crashed on purpose');
  });

  test('while it is suspended, and ours again afterwards', async () => {
    const terminal = await open({ inShell: true });
    terminal.write('half a line');
    await terminal.until(/> half a line/);
    for (const stop of [() => terminal.press('C-z'), () => process.kill(terminal.pid(), 'SIGTSTP')]) {
      stop();
      await terminal.until(/Stopped/);
      expect(terminal.ask('#{alternate_on}')).toBe('0');
      terminal.type('echo "here  again"');
      await terminal.until(/^here {2}again/m);
      terminal.type('clear; fg');
      await terminal.untilRows((rows) => typed(rows) === 'half a line', 'the line being typed');
      expect(terminal.ask('#{alternate_on} #{wrap_flag}')).toBe('1 0');
    }
    terminal.press('C-c');
    await terminal.until(/^shell> *$/m);
    expect(terminal.ask('#{alternate_on}')).toBe('0');
  });
});
