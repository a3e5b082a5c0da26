import type { CallMember, CallView } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { nameStyle } from '../full/lines.ts';
import { shownName } from '../item-text.ts';
import { fit, widthOf } from '../text/cells.ts';
import { type Row, rowWidth, span, type Span } from '../text/rows.ts';
import { callMarks } from './call-marks.ts';
import { stateOf } from './call-table.ts';
import type { Tile } from './pictures/picture-layer.ts';
import { layTiles } from './pictures/tile-layout.ts';

type Words = Texts['terminal'];

/** A call as the full screen shows it, at one moment. */
export interface CallSeen {
  readonly view: CallView;
  /** What its room is called, where another one is talked in. */
  readonly room: string | undefined;
  /** Pictures that there are to show, the most important first. */
  readonly pictures: ReadonlyArray<{ readonly key: string; readonly member: CallMember; readonly isScreen: boolean }>;
  /** Devices whose frames came and none of them opened. */
  readonly unopened: ReadonlySet<string>;
  /** Devices that are heard now. */
  readonly speaking: ReadonlySet<string>;
  /** With push-to-talk: whether one talks now. */
  readonly talking: boolean | null;
  readonly isHidden: boolean;
  /** Height of a cell by its width. */
  readonly cellAspect: number;
}

export interface CallRows {
  readonly rows: readonly Row[];
  /** Rows that belong to pictures. */
  readonly holes: readonly number[];
  readonly tiles: readonly Tile[];
}

/** Below these there is no picture, only the line that says who is in the call. */
const LEAST_COLUMNS = 24;
const LEAST_LINES = 6;

/** The line about the call, and under it pictures with names. At most `most` rows; what is below keeps its own. */
export function callRows(seen: CallSeen, columns: number, height: number, t: Words): CallRows {
  const most = Math.min(Math.floor(height * 0.6), height - LEAST_LINES) - 1;
  if (height < 3) return { rows: [], holes: [], tiles: [] };
  const wanted = seen.isHidden || columns < LEAST_COLUMNS || most < 1 ? [] : seen.pictures;
  const { rows: taken, places } = layTiles(wanted.length, columns, most, seen.cellAspect);
  const bar = barRow(
    seen,
    columns,
    wanted.length > places.length || (wanted.length === 0 && !seen.isHidden && seen.pictures.length > 0),
    t,
  );
  const names = new Map<number, Span[]>();
  const tiles = places.map((place, at): Tile => {
    const { key, member, isScreen } = wanted[at] as CallSeen['pictures'][number];
    const row = place.row + place.rows;
    const line = names.get(row) ?? [];
    line.push(span(' '.repeat(Math.max(0, place.column - rowWidth(line)))), ...nameSpans(member, isScreen, seen, place.columns, t));
    names.set(row, line);
    return { key, place: { ...place, row: place.row + 1 } };
  });
  const under = Array.from({ length: taken }, (_, row): Row => names.get(row) ?? []);
  return { rows: [bar, ...under], holes: under.flatMap((_, row) => (names.has(row) ? [] : [row + 1])), tiles };
}

/** Its name with what one has to know, in exactly the columns of its picture. */
function nameSpans(member: CallMember, isScreen: boolean, { unopened, speaking }: CallSeen, columns: number, t: Words): Span[] {
  const marks = marksOf(member, isScreen, unopened, t);
  const name = fit(member.own ? t.you : shownName(member.name, t), Math.max(4, columns - (marks === '' ? 0 : widthOf(marks) + 1)));
  const mark = marks === '' ? '' : fit(` ${marks}`, columns - widthOf(name));
  const free = Math.max(0, columns - widthOf(name) - widthOf(mark));
  return [
    span(' '.repeat(free >> 1)),
    span(name, !isScreen && speaking.has(member.device) ? 'speaking' : nameStyle(member.device, member.own)),
    span(mark, member.hand || unopened.has(member.device) ? 'alert' : 'dim'),
    span(' '.repeat(free - (free >> 1))),
  ];
}

function marksOf(member: CallMember, isScreen: boolean, unopened: ReadonlySet<string>, t: Words): string {
  return [...(unopened.has(member.device) ? [t.calls.unopened] : []), ...callMarks(member, t), ...(isScreen ? [t.calls.screen] : [])].join(
    ' · ',
  );
}

/** Who is in the call, and the two keys that are about it. */
function barRow(seen: CallSeen, columns: number, tooSmall: boolean, t: Words): Row {
  const { view, room, talking } = seen;
  const { calls } = t;
  const head: Span[] = [
    span('● ', view.state === 'in' ? 'accent' : 'alert'),
    span(room === undefined ? calls.title : `${calls.title} · ${room}`, 'bold'),
  ];
  if (talking) head.push(span(` ${calls.talking}`, 'alert'));
  const keys = keysOf(seen, t);
  const said = stateOf(view.state, view.ringing, t);
  if (said !== '') head.push(span(' · ', 'dim'), span(said, view.ringing ? 'alert' : 'plain'));
  else {
    const small = tooSmall ? ` · ${calls.tooSmall}` : '';
    const left = columns - rowWidth(head) - widthOf(keys) - widthOf(small) - 3;
    head.push(span(' · ', 'dim'), ...peopleSpans(seen, Math.max(12, left), t), span(small, 'dim'));
  }
  const free = columns - rowWidth(head) - widthOf(keys);
  return free >= 1 ? [...head, span(' '.repeat(free)), span(keys, 'dim')] : head;
}

function keysOf({ view, talking, isHidden, pictures }: CallSeen, { calls }: Words): string {
  if (view.state === 'out') return '';
  const isHeard = view.members.some(({ own, sources }) => own && sources.includes('microphone'));
  const keys = [
    talking === null || !isHeard ? (isHeard ? calls.muteKey : calls.unmuteKey) : calls.talkKey,
    ...(pictures.length === 0 ? [] : [isHidden ? calls.showKey : calls.hideKey]),
  ];
  return ` ${keys.join(' · ')} `;
}

/** Names, one after the other, as far as there is room. */
function peopleSpans(seen: CallSeen, width: number, t: Words): Span[] {
  const spans: Span[] = [];
  let left = width;
  const { members } = seen.view;
  for (const [at, member] of members.entries()) {
    const marks = marksOf(member, false, seen.unopened, t);
    const name = fit(member.own ? t.you : shownName(member.name, t), 24);
    const mark = marks === '' ? '' : ` (${marks})`;
    const rest = members.length - at - 1;
    const more = rest > 0 ? widthOf(`, ${t.calls.more(rest)}`) : 0;
    left -= widthOf(name) + widthOf(mark) + (at > 0 ? 2 : 0);
    if (left < more && at > 0) return [...spans, span(`, ${t.calls.more(rest + 1)}`, 'dim')];
    if (at > 0) spans.push(span(', ', 'dim'));
    const style = seen.speaking.has(member.device) ? 'speaking' : nameStyle(member.device, member.own);
    spans.push(span(name, style), span(mark, member.hand ? 'alert' : 'dim'));
  }
  return spans;
}
