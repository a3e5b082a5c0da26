import { HEARING } from '../../../client/index.ts';

/** Who is heard, and who is listened to. */
export interface Speaking {
  /** Devices that are heard at this moment. */
  readonly loud: ReadonlySet<string>;
  /** The one to be seen large: it changes when somebody else really takes over, and not with each cough. */
  readonly speaker: string | null;
}

export interface SpeakingState extends Speaking {
  /** When each was heard last, ms. */
  readonly heardAt: ReadonlyMap<string, number>;
  /** Who would be next, and since when it has been the loudest, ms. */
  readonly rival: { readonly device: string; readonly since: number } | null;
}

/** ms for which somebody has to be the loudest to take over from one who speaks, and from one who is silent. */
const TAKE_OVER = 1_600;
const TAKE_SILENCE = 500;

export const silence: SpeakingState = { loud: new Set(), speaker: null, heardAt: new Map(), rival: null };

/** @param levels of those in the call but this device, 0 to 1 */
export function listen(before: SpeakingState, levels: ReadonlyMap<string, number>, now: number): SpeakingState {
  const heardAt = new Map([...before.heardAt].filter(([device]) => levels.has(device)));
  let loudest: string | null = null;
  for (const [device, level] of levels) {
    if (level < HEARING.heard) continue;
    heardAt.set(device, now);
    if (loudest === null || level > (levels.get(loudest) ?? 0)) loudest = device;
  }
  const isLoud = (device: string) => now - (heardAt.get(device) ?? -Infinity) <= HEARING.hold;
  const loud = new Set([...levels.keys()].filter(isLoud));
  const speaker = before.speaker !== null && levels.has(before.speaker) ? before.speaker : null;
  const rival = rivalOf(before.rival, loudest, speaker, isLoud, now);
  const patience = speaker !== null && isLoud(speaker) ? TAKE_OVER : TAKE_SILENCE;
  const takesOver = rival !== null && (speaker === null || now - rival.since >= patience);
  return {
    loud: same(loud, before.loud) ? before.loud : loud,
    speaker: takesOver ? rival.device : speaker,
    heardAt,
    rival: takesOver ? null : rival,
  };
}

/** Who was the loudest stays in the running while it is heard: nobody speaks without a pause. */
function rivalOf(
  before: SpeakingState['rival'],
  loudest: string | null,
  speaker: string | null,
  isLoud: (device: string) => boolean,
  now: number,
): SpeakingState['rival'] {
  if (loudest !== null && loudest !== speaker) return before?.device === loudest ? before : { device: loudest, since: now };
  return before !== null && loudest === null && isLoud(before.device) ? before : null;
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}
