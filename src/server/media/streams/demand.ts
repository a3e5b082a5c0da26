/** What anybody takes of one source: so that its owner encodes no more. */
export interface Demand {
  /** @param height the most that anybody takes, in pixels, 0 for nobody */
  set(height: number, now: number): void;
  /** @returns what to tell the owner, when that is something new. More at once; less once it has been less for a while, because an encoder that is started again costs everybody a key frame */
  poll(now: number): number | undefined;
}

/** ms for which less was taken. */
const WHILE = 3_000;

export function createDemand(): Demand {
  let told: number | undefined;
  let taken = 0;
  /** When it became less than what was told. */
  let since = -Infinity;
  return {
    set(height, now) {
      if (height < (told ?? 0) && taken >= (told ?? 0)) since = now;
      taken = height;
    },
    poll(now) {
      if (taken === told || (told !== undefined && taken < told && now - since < WHILE)) return undefined;
      told = taken;
      return taken;
    },
  };
}
