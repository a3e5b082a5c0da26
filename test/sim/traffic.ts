import { CodedError } from '../../src/protocol/index.ts';
import type { Stage } from '../support/memory-blobs.ts';
import type { SeededRandom } from './random.ts';

/** What is under way to and from the relay's blobs; it goes on when the simulation says so. */
export interface Traffic {
  pace(stage: Stage): Promise<void>;
  /** Ends one stage, chosen by chance. @returns false when none is under way */
  stepOne(): boolean;
  /** Breaks what fits: the other end hears `code`. */
  cut(fits: (stage: Stage) => boolean, code: string): void;
  readonly busy: boolean;
  /** Whether something is at a stage that fits. */
  has(fits: (stage: Stage) => boolean): boolean;
  /** What fits does not go on. */
  hold: ((stage: Stage) => boolean) | null;
  /** The relay's file process answers. */
  up: boolean;
  /** Parts of a hundred that break by themselves. */
  breaks: number;
}

interface Waiting {
  readonly stage: Stage;
  resolve(): void;
  reject(error: CodedError): void;
}

export function createTraffic(random: SeededRandom): Traffic {
  let waiting: Waiting[] = [];
  const self: Traffic = {
    hold: null,
    up: true,
    breaks: 0,
    get busy() {
      return waiting.length > 0;
    },
    has: (fits) => waiting.some(({ stage }) => fits(stage)),
    pace(stage) {
      if (!self.up) return Promise.reject(new CodedError('refused'));
      return new Promise((resolve, reject) => void waiting.push({ stage, resolve, reject }));
    },
    stepOne() {
      const free = waiting.filter(({ stage }) => !self.hold?.(stage));
      if (free.length === 0) return false;
      const one = random.pick(free);
      waiting = waiting.filter((other) => other !== one);
      if (one.stage.at !== 'commit' && random.below(100) < self.breaks) one.reject(new CodedError('cut'));
      else one.resolve();
      return true;
    },
    cut(fits, code) {
      const gone = waiting.filter(({ stage }) => fits(stage));
      waiting = waiting.filter((one) => !gone.includes(one));
      for (const { reject } of gone) reject(new CodedError(code));
    },
  };
  return self;
}
