/** One key that is held down to talk, or pressed to begin and pressed again to end. */
export interface TalkKey {
  readonly isTalking: boolean;
  /** `releases`: the terminal will tell when it is let go of. */
  press(releases: boolean): void;
  release(): void;
  /** Nobody talks any more. */
  stop(): void;
}

/** A key that was down for less than this was pressed, and not held, ms. */
const TAP = 300;
/** A held key repeats itself: first after up to this long, then many times a second. Where no release is told, this is how holding is seen. */
const FIRST_REPEAT = 700;
const NEXT_REPEAT = 250;
/** A release may get lost, when the window loses the keyboard: a press after so long is a new one. */
const LOST = 1_500;

export function createTalkKey(talk: (on: boolean) => void, changed: () => void): TalkKey {
  let isTalking = false;
  let pressedAt = Number.NEGATIVE_INFINITY;
  let lastAt = Number.NEGATIVE_INFINITY;
  let isDown = false;
  let isHeld = false;
  let timer: NodeJS.Timeout | undefined;

  function set(on: boolean): void {
    clearTimeout(timer);
    isHeld = false;
    if (on === isTalking) return;
    isTalking = on;
    talk(on);
    changed();
  }

  function pressTold(now: number): void {
    const repeats = isDown && now - lastAt < LOST;
    if (repeats) return;
    isDown = true;
    pressedAt = isTalking ? Number.NEGATIVE_INFINITY : now;
    set(true);
  }

  function pressUntold(now: number): void {
    if (!isTalking) return set(true);
    if (!isHeld && now - lastAt > FIRST_REPEAT) return set(false);
    isHeld = true;
    clearTimeout(timer);
    timer = setTimeout(() => set(false), NEXT_REPEAT);
  }

  return {
    get isTalking() {
      return isTalking;
    },
    press(releases) {
      const now = performance.now();
      if (releases) pressTold(now);
      else pressUntold(now);
      lastAt = now;
    },
    release() {
      if (!isDown) return;
      isDown = false;
      // Pressed shortly it stays on until it is pressed again.
      if (performance.now() - pressedAt >= TAP) set(false);
    },
    stop() {
      isDown = false;
      set(false);
    },
  };
}
