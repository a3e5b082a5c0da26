import type { ConnectionState, RoomView, Transfer } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { callRows, type CallSeen } from '../calls/call-rows.ts';
import { type TransferStyle, transferRows } from '../files/transfer-rows.ts';
import { shownRoom } from '../item-text.ts';
import { fit, widthOf } from '../text/cells.ts';
import { cutRow, type Row, rowWidth, span, type Span, toWidth } from '../text/rows.ts';
import { toSafeLine } from '../text/safe-text.ts';
import { knockRows } from './door.ts';
import type { InputLine } from './input-line.ts';
import { inputRows } from './input-rows.ts';
import type { LineStyle } from './lines.ts';
import type { Frame } from './painter.ts';
import { pendingRows } from './pending.ts';
import { sideRows } from './side.ts';
import type { Transcript } from './transcript.ts';

/** All that is seen, at one moment. */
export interface Seen {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  /** Null while one is not inside. */
  readonly view: RoomView | null;
  readonly rooms: readonly RoomView[];
  readonly connection: ConnectionState;
  readonly transcript: Transcript;
  /** Of all rooms, in their order. */
  readonly transfers: readonly Transfer[];
  readonly line: InputLine;
  readonly candidates: readonly string[];
  /** What has just happened to what was typed: a sentence that goes with the next key. */
  readonly notice: string;
  /** Null: there is none. */
  readonly call: CallSeen | null;
}

export interface FrameStyle {
  readonly t: Texts['terminal'];
  clock(at: number): string;
  day(at: number): string;
  readonly transfers: TransferStyle;
}

const NO_CALL = { rows: [], holes: [], tiles: [] };

/** From this width on there is a column for rooms and people. */
const SIDE_FROM = 100;
/** Below this width there is no room for words where a sign will do. */
const SIGNS_BELOW = 40;
/** Below this height nothing is spent on rules. */
const RULES_FROM = 14;

/** Composes the screen: header, conversation and people, the door, status, the line being typed. Never more rows or columns than there are. */
export function composeFrame(seen: Seen, style: FrameStyle): Frame {
  const { columns, rows } = seen;
  const input = inputRows(seen.line, columns, Math.max(1, Math.min(6, rows >> 2)));
  const header = [headerRow(seen, style), ...(rows >= RULES_FROM ? [[span('─'.repeat(columns), 'dim')]] : [])];
  const door = seen.view ? knockRows(seen.view, columns, Math.max(1, rows >> 2), style.t) : [];
  const under = transferRows(seen.transfers, columns, Math.max(1, rows >> 2), style.transfers);
  const height = Math.max(0, rows - header.length - door.length - under.length - 1 - input.rows.length);
  const call = seen.call ? callRows(seen.call, columns, height, style.t) : NO_CALL;
  const body = bodyRows(seen, style, height - call.rows.length);
  const all = [...header, ...call.rows, ...body, ...door, ...under, statusRow(seen, style), ...input.rows].map((row) =>
    cutRow(row, columns),
  );
  // A window of three rows shows the line being typed before anything else.
  const shown = all.slice(Math.max(0, all.length - rows));
  const top = header.length + shown.length - all.length;
  return {
    rows: shown,
    holes: call.holes.map((row) => row + top),
    tiles: call.tiles.map(({ key, place }) => ({ key, place: { ...place, row: place.row + top } })),
    cursor: { row: shown.length - input.rows.length + input.cursor.row, column: Math.min(input.cursor.column, columns - 1) },
  };
}

function bodyRows(seen: Seen, { t, clock, day }: FrameStyle, height: number): readonly Row[] {
  const { columns, view, transcript } = seen;
  const side = columns >= SIDE_FROM && view ? Math.min(34, Math.max(24, columns >> 2)) : 0;
  const width = columns - (side > 0 ? side + 3 : 0);
  const look: LineStyle = { width, height, clock, day };
  const left = transcript.look(height, look, view ? pendingRows(view, look, t) : []);
  if (side === 0 || !view) return left;
  const right = sideRows(view, seen.rooms, seen.connection.state === 'connected', side, height, t);
  return left.map((row, at) => [...toWidth(row, width), span(' │ ', 'dim'), ...(right[at] ?? [])]);
}

/** What one is in, and how; the words that all in it share; whether the host is there, which in a narrow window the sign alone says. */
function headerRow({ columns, view, rooms, connection }: Seen, { t }: FrameStyle): Row {
  const isThere = connection.state === 'connected';
  const word = isThere ? t.connectedShort : connection.state === 'offline' ? t.offlineShort : t.connecting;
  const sign = isThere ? '●' : '○';
  const state = span(
    columns >= SIGNS_BELOW ? `${sign} ${word} ` : sign,
    isThere ? 'plain' : connection.state === 'offline' ? 'alert' : 'dim',
  );
  const open = view?.access === 'open' ? ` · ${t.openRoom}` : '';
  const fixed = widthOf(open) + widthOf(state.text) + 2;
  const title = fit(view ? shownRoom(view, t, rooms) : 'Corrillo', Math.max(2, columns - fixed));
  const words = view?.words.join(' ') ?? '';
  const left = columns - fixed - widthOf(title);
  const middle: Span[] = words !== '' && widthOf(words) + 5 <= left ? [span(' · ', 'dim'), span(words, 'dim')] : [];
  const head: Row = [span(' '), span(title, 'bold'), span(open, 'accent'), ...middle];
  return [...toWidth(head, Math.max(0, columns - widthOf(state.text))), state];
}

/** One row above the line being typed: what is the matter, what is below, and what one can press. */
function statusRow(seen: Seen, { t }: FrameStyle): Row {
  const { columns, candidates, notice, transcript, view, connection, now } = seen;
  if (candidates.length > 0) return candidateRow(candidates, columns, t);
  if (notice !== '') return [span('─ ', 'dim'), span(fit(toSafeLine(notice), columns - 2), 'alert')];
  const parts: Span[] = [];
  if (!transcript.following) parts.push(span(`↓ ${t.newBelow(transcript.below)}`, transcript.below > 0 ? 'accent' : 'dim'));
  if (connection.state === 'offline') {
    const seconds = Math.ceil((connection.retryAt - now) / 1000);
    parts.push(span(`${t.offlineShort}, ${seconds > 0 ? t.retryIn(seconds) : t.retrying}`, 'alert'));
  } else if (view && columns < SIDE_FROM) parts.push(span(t.peopleHere(view.members.filter(({ here, own }) => here || own).length), 'dim'));
  // Where the rooms are not beside the conversation, those that want to be read are named here.
  if (columns < SIDE_FROM)
    for (const room of seen.rooms)
      if (room.room !== view?.room && room.unread > 0) parts.push(span(`${shownRoom(room, t, seen.rooms)} (${room.unread})`, 'accent'));
  const left: Row = [
    span(parts.length > 0 ? '─ ' : '─', 'dim'),
    ...parts.flatMap((part, at) => (at === 0 ? [part] : [span(' · ', 'dim'), part])),
    span(parts.length > 0 ? ' ' : ''),
  ];
  const keys = ` ${t.keys} ─`;
  const free = columns - rowWidth(left) - widthOf(keys);
  if (free >= 2) return [...left, span('─'.repeat(free), 'dim'), span(keys, 'dim')];
  return [...left, span('─'.repeat(Math.max(0, columns - rowWidth(left))), 'dim')];
}

function candidateRow(candidates: readonly string[], columns: number, t: FrameStyle['t']): Row {
  const row: Span[] = [span('─ ', 'dim')];
  let left = columns - 14;
  for (const [at, candidate] of candidates.entries()) {
    const text = toSafeLine(candidate.trim());
    left -= widthOf(text) + 2;
    if (left < 0 && at > 0) return [...row, span(t.moreMatches(candidates.length - at), 'dim')];
    row.push(span(`${fit(text, Math.max(4, columns - 16))}  `));
  }
  return row;
}
