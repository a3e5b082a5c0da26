import { createFrameSplitter, decodeRelayFrame, ERRORS, type RelayFrame } from '../../src/protocol/index.ts';

/** What must never be seen of a relay, with what led to it. */
export class Defect extends Error {
  override readonly name = 'Defect';
}

/** The receiving half of a peer: whatever it said itself, what the relay answers must be right. */
export interface Hearing {
  /** The last frame that came, and its code; not all of it, since pages are large. */
  readonly last: Heard | undefined;
  /** The relay ended the session, or this side did. */
  readonly ended: boolean;
  take(run: Uint8Array): void;
  /** The relay ended the session: who is sent away is told why, in whole frames. */
  end(): void;
  /** This side ended it. */
  stop(): void;
  /** Resolves once `done` holds; rejects when it cannot any more, or takes too long. */
  until(done: () => boolean, what: string): Promise<void>;
}

export interface Heard {
  readonly t: RelayFrame['t'];
  readonly code?: string;
}

const PATIENCE = 30_000;

export function createHearing(onFrame: (frame: RelayFrame) => void, onDefect: (defect: unknown) => void): Hearing {
  let last: Heard | undefined;
  const splitter = createFrameSplitter();
  const watchers = new Set<() => void>();
  let ended = false;

  function guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      onDefect(error);
    }
    for (const watcher of watchers) watcher();
  }

  return {
    get last() {
      return last;
    },
    get ended() {
      return ended;
    },
    take: (run) =>
      guard(() => {
        if (ended) throw new Defect('the relay wrote to a link that it had closed');
        splitter.push(run, (body) => {
          const frame = decodeRelayFrame(body);
          last = 'code' in frame ? { t: frame.t, code: frame.code } : { t: frame.t };
          onFrame(frame);
        });
      }),
    end: () =>
      guard(() => {
        if (ended) throw new Defect('the relay closed a link twice');
        ended = true;
        checkFarewell(last, splitter.pending);
      }),
    stop: () =>
      guard(() => {
        ended = true;
      }),
    until: (done, what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (done()) finish(resolve);
          else if (ended) finish(() => reject(new Defect(`ended by ${describe(last)} before ${what}`)));
        };
        const timer = setTimeout(() => finish(() => reject(new Defect(`no ${what} after ${describe(last)}`))), PATIENCE);
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          watchers.delete(look);
          settle();
        };
        watchers.add(look);
        look();
      }),
  };
}

function checkFarewell(last: Heard | undefined, pending: number): void {
  if (pending > 0) throw new Defect('the relay closed in the middle of a frame');
  if (last?.t !== 'error') throw new Defect(`closed without a word after ${describe(last)}`);
  const code = last.code as keyof typeof ERRORS;
  if (!Object.hasOwn(ERRORS, code)) throw new Defect(`closed with the unknown code ${code}`);
  // Too many wrong tokens end a session with the answer to the last of them.
  if (!ERRORS[code].fatal && code !== 'wrong_token') throw new Defect(`closed with ${code}, which ends no session`);
}

const describe = (heard: Heard | undefined): string => (heard ? [heard.t, heard.code].join(' ').trim() : 'nothing');
