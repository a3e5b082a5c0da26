import { describe, expect, test } from 'vitest';
import { createPainter } from '../../src/terminal/full/painter.ts';
import { toSafeLine, toSafeText } from '../../src/terminal/text/safe-text.ts';
import { rowWidth, span, wrap } from '../../src/terminal/text/rows.ts';
import { HERE } from '../support/fake-engine.ts';
import { foreignControls, hostileTexts, OBEYED, OURS, PLAIN } from '../support/hostile-texts.ts';
import { type FakeTerminal, openFakeTerminal } from '../support/terminal.ts';

describe.each(hostileTexts)('%s', (_, text) => {
  test('is data when it is safe, and leaves something to see', () => {
    const safe = toSafeLine(text);
    // eslint-disable-next-line no-control-regex
    expect(safe).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/u);
    expect(safe.trim()).not.toBe('');
    expect(toSafeText(text).replaceAll('\n', ' ⏎ ')).toBe(safe);
    // Safe text is safe: nothing becomes something else by being looked at twice.
    expect(toSafeLine(safe)).toBe(safe);
  });

  test('is painted in its rows, and in nothing but text and our own sequences', () => {
    for (const width of [4, 17, 80]) {
      const rows = wrap([span(toSafeText(text), 'bold')], width).slice(0, 50);
      for (const row of rows) expect(rowWidth(row)).toBeLessThanOrEqual(width);
      const bytes = createPainter(true).paint({ rows, cursor: { row: 0, column: 0 } }, width);
      expect(foreignControls(Buffer.from(bytes).toString('latin1'), OURS)).toEqual([]);
    }
  });
});

/** What of the terminal a text could have changed. */
const stateOf = (terminal: FakeTerminal) =>
  terminal.ask(
    '#{alternate_on} #{wrap_flag} #{origin_flag} #{insert_flag} #{mouse_any_flag} #{scroll_region_upper} #{pane_title} #{window_name} #{pane_width}',
  );

describe.each(['full', 'plain'] as const)('on a real terminal, %s', (mode) => {
  test('texts, names and titles are shown, and never obeyed', { timeout: 180_000 }, async () => {
    const terminal = await openFakeTerminal(mode, { columns: 90, rows: 30 });
    await terminal.until(/^>/m);
    await terminal.tell('emit', { event: 'ready', room: HERE });
    await terminal.until(/harbor velvet/);
    terminal.write('half typed');
    await terminal.until(/> half typed/);
    const before = stateOf(terminal);
    for (const [what, text] of hostileTexts) {
      await terminal.tell('setView', { title: text });
      await terminal.tell('hear', text, { name: text, device: 'ee'.repeat(32) });
      await terminal.tell('show', { kind: 'renamed', from: text, before: text });
      await terminal.tell('emit', { event: 'knock', room: HERE, knock: { device: 'dd'.repeat(32), name: text, words: [text], at: 1 } });
      await terminal.tell('setView', { knocks: [{ device: 'dd'.repeat(32), name: text, words: [text], at: 1 }] });
      await terminal.tell('hear', `after: ${what}.`);
      // The line being typed is where it was, and so is the cursor.
      const isWhole = (rows: string[]) =>
        rows.some((row) => row.includes(`after: ${what}.`)) &&
        rows.findLast((row) => row !== '') === '> half typed' &&
        (mode === 'plain' || terminal.ask('#{cursor_x},#{cursor_y}') === '12,29');
      await terminal.untilRows(isWhole, `${what}, and the line being typed`);
      expect(stateOf(terminal), what).toBe(before);
      expect(terminal.buffers(), what).toBe('');
      await terminal.tell('setView', { knocks: [] });
    }
    expect(terminal.ask('#{pane_title} #{window_name}')).not.toMatch(OBEYED);
    // Nothing was typed by an answer of the terminal, and nothing was done.
    for (const method of ['send', 'leave', 'rename', 'admit']) expect(terminal.asked(method)).toEqual([]);
    // Where a question could have been asked its line is taken away before the screen is ours.
    const bytes = mode === 'full' ? terminal.bytes().replace('\r\u001b[J', '') : terminal.bytes();
    expect(foreignControls(bytes, mode === 'full' ? OURS : PLAIN)).toEqual([]);
  });
});
