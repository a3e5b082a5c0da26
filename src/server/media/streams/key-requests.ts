/** Asks for key frames, and not more often than helps: one costs a publisher as much as a second of picture, and all who look at it. */
export interface KeyRequests {
  /** Somebody needs one. */
  ask(): void;
  /** One begins: whoever asked until now gets it. */
  answered(): void;
  /** @returns whether to ask now */
  poll(now: number): boolean;
}

/** Between two requests for one layer, in ms: an encoder answers within a frame, the network in less. */
export const KEY_INTERVAL = 500;

export function createKeyRequests(): KeyRequests {
  let isAsked = false;
  let last = -Infinity;
  return {
    ask() {
      isAsked = true;
    },
    answered() {
      isAsked = false;
    },
    poll(now) {
      if (!isAsked || now - last < KEY_INTERVAL) return false;
      isAsked = false;
      last = now;
      return true;
    },
  };
}
