import { type Row, rowWidth, span, type Span, type Style, wrap } from '../text/rows.ts';
import { fit, widthOf } from '../text/cells.ts';

/** One thing in a conversation as the screen has it: texts in it are safe to show. `seq` is undefined for what only this screen said. */
export type Line = { readonly seq: number | undefined; readonly at: number } & (
  | {
      readonly kind: 'text';
      readonly device: string;
      readonly name: string;
      readonly own: boolean;
      readonly action: boolean;
      readonly text: string;
      /** It is on its way, and not in the log. */
      readonly pending: boolean;
    }
  | { readonly kind: 'note'; readonly text: string; readonly alert: boolean }
  /** What a command answered: drawn from edge to edge. */
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'qr'; readonly rows: readonly string[]; readonly tooBig: string }
);

export interface LineStyle {
  readonly width: number;
  /** Rows of the window: what cannot be seen at once may have to be said otherwise. */
  readonly height: number;
  clock(at: number): string;
  day(at: number): string;
}

/** Below this width a name column would leave too little for what is said. */
const WIDE = 56;
const SAME_BREATH = 5 * 60_000;
const TIME = 5;

/** What a line looks like below the one before it. */
export function rowsOf(line: Line, before: Line | undefined, style: LineStyle): readonly Row[] {
  const rows = bodyOf(line, before, style);
  const day = style.day(line.at);
  if (line.seq === undefined || (before && style.day(before.at) === day)) return rows;
  return [ruleWith(day, style.width), ...rows];
}

function bodyOf(line: Line, before: Line | undefined, style: LineStyle): readonly Row[] {
  const { width } = style;
  if (line.kind === 'rows') return line.rows.flatMap((row) => wrap(row, width));
  if (line.kind === 'qr') return qrOf(line, style);
  const spans = spansOf(line);
  if (width < WIDE) return narrow(line, spans, style);
  const gutter = width >= 100 ? 16 : width >= 72 ? 12 : 10;
  const goesOn = isSameBreath(line, before);
  const time = goesOn && before && style.clock(before.at) === style.clock(line.at) ? ' '.repeat(TIME) : style.clock(line.at);
  const name = line.kind === 'note' ? (line.alert ? '!' : '—') : goesOn ? '' : line.action ? '*' : fit(line.name, gutter);
  const head: Row = [
    span(`${time} `, 'dim'),
    span(' '.repeat(Math.max(0, gutter - widthOf(name)))),
    span(name, line.kind === 'note' ? (line.alert ? 'alert' : 'dim') : nameStyle(line.device, line.own)),
    span(' │ ', 'dim'),
  ];
  const blank: Row = [span(' '.repeat(TIME + 1 + gutter)), span(' │ ', 'dim')];
  return wrap(spans, width - rowWidth(blank)).map((row, at) => [...(at === 0 ? head : blank), ...row]);
}

/** Lines of a text after the first stand under it, behind a bar, so that none can pass for a message of somebody else. */
function narrow(line: Exclude<Line, { kind: 'rows' | 'qr' }>, spans: readonly Span[], { width, clock }: LineStyle): readonly Row[] {
  const time = width >= 30 ? `${clock(line.at)} ` : '';
  const head: Row =
    line.kind === 'note'
      ? [span(line.alert ? '! ' : '— ', line.alert ? 'alert' : 'dim')]
      : [
          span(time, 'dim'),
          ...(line.action ? [span('* ')] : [span(`${fit(line.name, Math.max(4, width >> 1))}: `, nameStyle(line.device, line.own))]),
        ];
  const [first = '', ...others] = spans
    .map(({ text }) => text)
    .join('')
    .split('\n');
  const style: Style = spans[0]?.style ?? 'plain';
  const wrapped = wrap([...head, span(first, style), ...others.map((text) => span(`\n${text}`, style))], width - 2);
  return wrapped.map((row, at) => (at === 0 ? row : [span('│ ', 'dim'), ...row]));
}

function spansOf(line: Exclude<Line, { kind: 'rows' | 'qr' }>): readonly Span[] {
  if (line.kind === 'note') return [span(line.text, line.alert ? 'plain' : 'dim')];
  const text = line.action ? `${line.name} ${line.text}` : line.text;
  return [span(text, line.pending ? 'dim' : 'plain'), ...(line.pending ? [span(' …', 'dim')] : [])];
}

function qrOf({ rows, tooBig }: Line & { kind: 'qr' }, { width, height }: LineStyle): readonly Row[] {
  if (rows.length > height || (rows[0]?.length ?? 0) > width) return wrap([span(tooBig, 'dim')], width);
  return rows.map((row) => [span(row, 'qr')]);
}

function isSameBreath(line: Line, before: Line | undefined): boolean {
  return (
    line.kind === 'text' &&
    before?.kind === 'text' &&
    !line.action &&
    !before.action &&
    line.device === before.device &&
    line.name === before.name &&
    Math.abs(line.at - before.at) < SAME_BREATH
  );
}

export function nameStyle(device: string, own: boolean): Style {
  return own ? 'bold' : `name${((Number.parseInt(device.slice(0, 4), 16) || 0) % 6) as 0 | 1 | 2 | 3 | 4 | 5}`;
}

/** A rule from edge to edge with a word in it. */
export function ruleWith(text: string, width: number, style: Style = 'dim'): Row {
  const word = text === '' ? '' : ` ${fit(text, Math.max(0, width - 6))} `;
  const left = Math.max(0, (width - widthOf(word)) >> 1);
  return [span('─'.repeat(left), 'dim'), span(word, style), span('─'.repeat(Math.max(0, width - left - widthOf(word))), 'dim')];
}
