import type { CallMember, CallView } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { shownName } from '../item-text.ts';
import { fit, widthOf } from '../text/cells.ts';
import { type Row, span } from '../text/rows.ts';

type Words = Texts['terminal'];

/** Wider names are cut: what stands beside them is what was asked for. */
const MOST_NAME = 24;

/** Who is in a call, and what each sends: a row each, one thing under the other. */
export function callTable({ members, state, ringing }: CallView, t: Words): readonly Row[] {
  const shown = members.map((member) => [nameOf(member, t), ...thingsOf(member, t)]);
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((row) => widthOf(row[column] as string))));
  const rows = shown.map((row): Row => {
    const padded = row.map((text, column) => text + ' '.repeat((widths[column] as number) - widthOf(text)));
    const [name = '', ...things] = padded;
    return [
      span(`  ${name}  `, 'bold'),
      span(
        things
          .filter((_, at) => widths[at + 1] !== 0)
          .join('  ')
          .trimEnd(),
      ),
    ];
  });
  const said = state === 'in' ? '' : stateOf(state, ringing, t);
  return said === '' ? rows : [...rows, [span(said, 'dim')]];
}

function nameOf({ own, name }: CallMember, t: Words): string {
  return fit(shownName(name, t), MOST_NAME) + (own ? ` (${t.you})` : '');
}

function thingsOf({ sources, hand }: CallMember, { calls }: Words): readonly string[] {
  return [
    sources.includes('microphone') ? calls.heard : calls.muted,
    sources.includes('camera') ? calls.camera : '',
    sources.includes('screen') ? calls.screen : '',
    hand ? calls.hand : '',
  ];
}

/** What this device itself is about, where it is not in it. */
export function stateOf(state: CallView['state'], ringing: CallView['ringing'], t: Words): string {
  if (state === 'joining') return t.calls.joining;
  if (state === 'waiting') return t.calls.waiting('');
  if (state === 'in') return '';
  return ringing ? t.calls.ringing(shownName(ringing.name, t)) : t.calls.someCall;
}
