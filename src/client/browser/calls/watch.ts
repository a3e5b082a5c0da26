import type { CallSource } from '../../../protocol/index.ts';

/** Frames of each source since the start of the call: those that the browser encoded, and those that went through the worker. */
export interface Flow {
  readonly encoded: ReadonlyMap<CallSource, number>;
  readonly passed: ReadonlyMap<CallSource, number>;
}

/** Looks at what is encoded and what is sealed, for as long as the call lasts. */
export interface SealWatch {
  /** To be called at even intervals, `encoded` read before `passed`. @returns a source whose frames leave by another way than through the worker */
  look(flow: Flow): CallSource | undefined;
}

/** Frames that may be under way from the encoder to the worker; sound has fifty a second, pictures of three sizes ninety. */
const UNDER_WAY = 15;
/** As many as this between two looks, and none of them in the worker: there is no way that leads there any more. */
const NONE_OF = 4;

export function createSealWatch(): SealWatch {
  let before: Flow = { encoded: new Map(), passed: new Map() };
  let beforeThat: Flow = before;
  const grown = (a: ReadonlyMap<CallSource, number>, b: ReadonlyMap<CallSource, number>, source: CallSource) =>
    (b.get(source) ?? 0) - (a.get(source) ?? 0);
  return {
    look(flow) {
      const found = [...flow.encoded.keys()].find((source) => {
        if (grown(before.encoded, flow.encoded, source) >= NONE_OF && grown(before.passed, flow.passed, source) === 0) return true;
        const lag = (flow.encoded.get(source) ?? 0) - (flow.passed.get(source) ?? 0);
        return lag > Math.max(UNDER_WAY, grown(beforeThat.encoded, flow.encoded, source));
      });
      beforeThat = before;
      before = flow;
      return found;
    },
  };
}
