import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { texts } from '../../src/client/locales/index.ts';
import { composeFrame, type Seen } from '../../src/terminal/full/frame.ts';
import { createPainter } from '../../src/terminal/full/painter.ts';
import { createTranscript } from '../../src/terminal/full/transcript.ts';
import { createSizes } from '../../src/terminal/files/sizes.ts';
import { createTransferPace } from '../../src/terminal/files/transfer-pace.ts';
import { rowWidth, span } from '../../src/terminal/text/rows.ts';
import { transferOf } from '../support/made-up-files.ts';
import { createFakeEngine, fakeMember, HERE } from '../support/fake-engine.ts';
import { foreignControls, hostileTexts, OURS } from '../support/hostile-texts.ts';

const { terminal: t } = texts('en');
const transfers = { t, sizes: createSizes('en'), pace: createTransferPace(() => 0) };
const style = { t, clock: () => '12:34', day: () => 'Monday', transfers };
const view = createFakeEngine().view(HERE);

function seen(change: Partial<Seen> = {}): Seen {
  const transcript = createTranscript({ beginning: 'begins', loading: 'loading', unread: 'new' });
  for (let seq = 1; seq <= 40; seq++)
    transcript.add({
      kind: 'text',
      seq,
      at: seq * 60_000,
      device: 'aa',
      name: 'Ana',
      own: false,
      action: false,
      text: `line ${seq}`,
      pending: false,
    });
  return {
    columns: 80,
    rows: 24,
    now: 0,
    view,
    rooms: [view],
    connection: { state: 'connected' },
    transcript,
    transfers: [],
    line: { text: 'typed', cursor: 5 },
    candidates: [],
    notice: '',
    call: null,
    ...change,
  };
}
const moving = (name: string) => transferOf({ id: name, direction: 'up', name, file: null, state: 'waiting', done: 1, total: 3 });
const linesOf = (what: Seen) => composeFrame(what, style).rows.map((row) => row.map(({ text }) => text).join(''));

describe('the screen', () => {
  test('says what one is in, how people come in, and whether the host is there', () => {
    const [head] = linesOf(seen({ view: { ...view, title: 'Family', access: 'open' } }));
    expect(head).toMatch(/^ Family · open room · harbor velvet nephew orchard signal +● Connected $/);
    expect(linesOf(seen({ columns: 20, rows: 8, view: { ...view, title: 'Family', access: 'open' } }))[0]).toMatch(
      /^ F… +· open room +●$|open room/,
    );
    const offline = linesOf(seen({ connection: { state: 'offline', code: 'refused', retryAt: 12_000 } }));
    expect(offline[0]).toMatch(/○ No connection $/);
    expect(offline.at(-2)).toContain('No connection, trying again in 12 s');
  });

  test('has people and rooms beside the conversation from 100 columns on', () => {
    const members = [
      view.members[0],
      fakeMember('Ana', { role: 'remover', verified: 'words' }),
      fakeMember('Juan', { here: false }),
    ] as typeof view.members;
    const other = { ...view, room: 'ff', access: 'direct' as const, peer: members[1]?.device ?? '', members, unread: 4 };
    const wide = linesOf(seen({ columns: 100, view: { ...view, members }, rooms: [{ ...view, title: 'Family' }, other] }));
    const side = wide.map((row) => row.split(' │ ').at(-1));
    expect(side).toEqual(
      expect.arrayContaining(['Rooms', '▸ Family', '2 with Ana (4)', 'People (3)', expect.stringMatching(/^● Ana may remove/), '○ Juan']),
    );
    const narrow = linesOf(seen({ columns: 99, rooms: [view, other] }));
    expect(narrow.join('\n')).not.toContain('People');
    expect(narrow.at(-2)).toContain('with Ana (4)');
  });

  test('lists no more people than there is room for', () => {
    const members = Array.from({ length: 200 }, (_, i) => fakeMember(`P${i}`));
    expect(linesOf(seen({ columns: 120, view: { ...view, members } })).join('\n')).toMatch(/and 18\d more/);
  });

  test('keeps the door, the status and the line being typed in every size', () => {
    const knocks = Array.from({ length: 5 }, (_, i) => ({ device: `d${i}`, name: `Pedro${i}`, words: ['a', 'b'], at: 1 }));
    for (const [columns, rows] of [
      [20, 8],
      [80, 24],
      [300, 100],
    ] as const) {
      const shown = linesOf(seen({ columns, rows, view: { ...view, knocks } }));
      expect(shown).toHaveLength(rows);
      expect(shown.at(-1)).toBe('> typed');
      expect(shown.join('\n')).toContain('◆');
      expect(shown.join('\n')).toMatch(/line 40/);
    }
  });

  test('is never wider or higher than the terminal, whatever people are called and say', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(...hostileTexts.map(([, hostile]) => hostile.slice(0, 400))),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.integer({ min: 1, max: 60 }),
        text,
        text,
        text,
        (columns, rows, name, title, notice) => {
          const members = [view.members[0] as (typeof view.members)[0], fakeMember('x', { name }), fakeMember('y', { name: title })];
          const knocks = [{ device: 'd', name, words: [title], at: 1 }];
          const pending = [{ id: '1', text: title, style: 'plain' as const, at: 1 }];
          const changed = { ...view, title, members, knocks, pending };
          const frame = composeFrame(
            seen({
              columns,
              rows,
              view: changed,
              transfers: [moving(name), moving(title), moving(notice)],
              rooms: [changed, { ...changed, room: 'b', unread: 3 }],
              line: { text: notice, cursor: notice.length >> 1 },
              notice: rows % 2 ? notice : '',
            }),
            style,
          );
          expect(frame.rows).toHaveLength(rows);
          for (const row of frame.rows) expect(rowWidth(row)).toBeLessThanOrEqual(columns);
          const bytes = createPainter(true).paint(frame, columns);
          expect(foreignControls(Buffer.from(bytes).toString('latin1'), OURS)).toEqual([]);
          expect(frame.cursor.row).toBeLessThan(rows);
          expect(frame.cursor.column).toBeLessThan(columns);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('the painter', () => {
  const frame = (...rows: string[]) => ({
    rows: rows.map((row) => [span(row, row.startsWith('!') ? 'alert' : 'plain')]),
    cursor: { row: 0, column: 1 },
  });

  test('writes the rows that changed, each at its place', () => {
    const painter = createPainter(true);
    expect(painter.paint(frame('one', 'two'), 10)).toBe(
      '\u001b[?2026h\u001b[?25l\u001b[1;1Hone\u001b[K\u001b[2;1Htwo\u001b[K\u001b[1;2H\u001b[?25h\u001b[?2026l',
    );
    expect(painter.paint(frame('one', 'two'), 10)).toBe('');
    expect(painter.paint(frame('one', 'TWO'), 10)).toBe(
      '\u001b[?2026h\u001b[?25l\u001b[2;1HTWO\u001b[K\u001b[1;2H\u001b[?25h\u001b[?2026l',
    );
    expect(painter.paint({ ...frame('one', 'TWO'), cursor: { row: 1, column: 0 } }, 10)).toBe('\u001b[2;1H');
    painter.forget();
    expect(painter.paint(frame('one', 'two'), 10)).toContain('one');
  });

  test('erases nothing behind a row that fills the screen: the last letter would go', () => {
    expect(createPainter(true).paint(frame('0123456789'), 10)).toContain('H0123456789\u001b[1;2H');
  });

  test('says the column anew behind what terminals measure differently', () => {
    expect(createPainter(true).paint(frame('a☺b'), 10)).toContain('\u001b[Ka☺\u001b[3Gb\u001b[1;2H');
  });

  test('says with words and weight what colours say', () => {
    expect(createPainter(true).paint(frame('!x'), 10)).toContain('\u001b[0;1;33m!x\u001b[m');
    expect(createPainter(false).paint(frame('!x'), 10)).toContain('\u001b[0;1m!x\u001b[m');
  });
});
