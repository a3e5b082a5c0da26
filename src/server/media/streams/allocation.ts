/** Which layer of which picture a receiver gets, so that all together fit its bandwidth. */
export interface Allocation {
  /**
   * @param pictures the most important first
   * @param sound bits a second of all that it hears, which comes before all pictures
   * @returns for each picture, which of its layers; undefined: none for now
   */
  choose(
    pictures: readonly WantedPicture[],
    budget: { readonly estimate: number; readonly sound: number },
    now: number,
  ): (number | undefined)[];
}

export interface WantedPicture {
  /** Whose slot it is in: what is remembered of it. */
  readonly key: unknown;
  /** As high as it is shown. */
  readonly height: number;
  /** The smallest first; at least one. `bitrate` is what was measured, 0 for one that is not sent. */
  readonly layers: readonly { readonly height: number; readonly bitrate: number }[];
}

/** What a layer of this height takes about, while nobody sends it: a call's picture at 15 to 30 a second. Bits a second. */
export const expectedBitrate = (height: number): number => Math.max(60_000, 3 * height * height);

/** A picture that is a bit smaller than shown is as good, and costs far less than the next layer. */
const AS_GOOD = 0.85;
/** What is there may take this much of the estimate, and what is not there yet is begun only if all fits in this much: both go up and down. */
const [KEPT, BEGUN] = [1.05, 0.9];
/** ms after a picture had to become smaller before it grows again; doubled where it had grown only so long ago. */
const [FIRST_WAIT, LONGEST_WAIT, IN_VAIN] = [3_000, 48_000, 60_000];

interface Past {
  level: number;
  loweredAt: number;
  raisedAt: number;
  wait: number;
}

/** No picture at all is the level below the first. */
const NONE = -1;

export function createAllocation(): Allocation {
  let pastByKey = new Map<unknown, Past>();

  const targetOf = ({ height, layers }: WantedPicture): number => {
    const at = layers.findIndex((layer) => layer.height >= AS_GOOD * height);
    return at < 0 ? layers.length - 1 : at;
  };

  return {
    choose(pictures, { estimate, sound }, now) {
      let left = estimate * KEPT - sound;
      const caution = estimate * (KEPT - BEGUN);
      const chosen = pictures.map((picture) => {
        const past = pastByKey.get(picture.key);
        return { picture, past, level: NONE, most: mostOf(past, targetOf(picture), now) };
      });
      const raise = (one: (typeof chosen)[number], level: number): void => {
        const more = costOf(one.picture, level) - costOf(one.picture, one.level);
        const isNew = one.past !== undefined && level > one.past.level;
        if (level > one.most || more > left - (isNew ? caution : 0)) return;
        left -= more;
        one.level = level;
      };
      // A picture of everybody first, then better ones of those that matter.
      for (const one of chosen) raise(one, 0);
      for (const one of chosen) for (let level = one.level + 1; level <= one.most; level++) raise(one, level);
      pastByKey = new Map(chosen.map(({ picture, past, level }) => [picture.key, remember(past, level, targetOf(picture), now)]));
      return chosen.map(({ level }) => (level === NONE ? undefined : level));
    },
  };
}

function costOf({ layers }: WantedPicture, level: number): number {
  const layer = layers[level];
  if (layer === undefined) return 0;
  return layer.bitrate > 0 ? layer.bitrate : expectedBitrate(layer.height);
}

const mostOf = (past: Past | undefined, target: number, now: number): number =>
  past !== undefined && now - past.loweredAt < past.wait ? Math.min(target, past.level) : target;

function remember(past: Past | undefined, level: number, target: number, now: number): Past {
  if (past === undefined) return { level, loweredAt: level < target ? now : -Infinity, raisedAt: now, wait: FIRST_WAIT };
  // Smaller because it is shown smaller: nothing was in vain.
  if (level < past.level && level < target) {
    const wasInVain = now - past.raisedAt < IN_VAIN;
    past.wait = wasInVain ? Math.min(LONGEST_WAIT, 2 * past.wait) : FIRST_WAIT;
    past.loweredAt = now;
  } else if (level > past.level) past.raisedAt = now;
  past.level = level;
  return past;
}
