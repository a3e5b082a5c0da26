/** When to ask for a key frame. Times in ms. */
export interface KeyAsking {
  isDue(needsKey: boolean, now: number): boolean;
  /** A new stream begins: the media port asks for its first key frame by itself. */
  restart(now: number): void;
}

/** Somebody who cannot open what comes would ask without end. */
const PAUSE = 500;
const FIRST = 300;

export function createKeyAsking(): KeyAsking {
  let notBefore = 0;
  return {
    isDue(needsKey, now) {
      if (!needsKey || now < notBefore) return false;
      notBefore = now + PAUSE;
      return true;
    },
    restart(now) {
      notBefore = now + FIRST;
    },
  };
}
