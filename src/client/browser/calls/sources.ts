import { type CallSource, CodedError } from '../../../protocol/index.ts';
import { createBlackPicture } from './capture/canary.ts';
import type { CaptureOwner, Captures } from './capture/captures.ts';
import { explainRefusal } from './capture/refusals.ts';
import type { Frames } from './frames/frames.ts';
import { kindOf } from './frames/messages.ts';
import type { Sending } from './peer/sending.ts';

/** The own sources in one call: captured when they are on, and let out once frames of the same sender were seen sealed. */
export interface Sources {
  /** Rejects as `CallTransport.turn` does. */
  turn(source: CallSource, on: boolean): Promise<void>;
  /** The way is open, and there is a key: what is on may go out. Rejects with `call_unsealed`. */
  begin(): Promise<void>;
  /** Sends nothing any more, whatever is on, and captures nothing either. */
  stop(why: 'unsealed' | 'closed'): void;
}

interface Ports {
  readonly captures: Captures;
  readonly sending: Sending;
  readonly frames: Pick<Frames, 'count'>;
  /** What left of a source so far, sealed or not, in the measures of `watch.ts`. */
  left(source: CallSource): Promise<number>;
  /** A source ended by itself. */
  onEnded(source: CallSource): void;
}

/** Sealed frames that have to be seen, and ms that they are waited for. */
const PROOFS = 3;
const PATIENCE = 5000;
const LOOK_AGAIN = 30;

export function createSources({ captures, sending, frames, left, onEnded }: Ports): Sources {
  let state: 'waiting' | 'open' | 'unsealed' | 'closed' = 'waiting';
  /** What is to be on. */
  const wanted = new Set<CallSource>();
  /** What was let out. */
  const out = new Set<CallSource>();

  const owner: CaptureOwner = {
    onEnded(source) {
      withdraw(source);
      onEnded(source);
    },
    onReplaced(source, track) {
      // The sender is the same one, and has shown that it seals.
      if (out.has(source)) void sending.put(source, track).catch(() => {});
    },
  };

  function withdraw(source: CallSource): void {
    wanted.delete(source);
    out.delete(source);
    void sending.put(source, null).catch(() => {});
    captures.release(source, owner);
  }

  const isOpen = (source: CallSource) => state === 'open' && wanted.has(source);

  /** Each source once at a time. */
  const underWay = new Map<CallSource, Promise<void>>();
  function letOut(source: CallSource): Promise<void> {
    const known = underWay.get(source);
    if (known) return known;
    const made = letThrough(source).finally(() => underWay.delete(source));
    underWay.set(source, made);
    return made;
  }

  /** Nothing real leaves before this sender's frames, black or silent, were seen sealed: now, and not once upon a time. */
  async function letThrough(source: CallSource): Promise<void> {
    const track = captures.of(source);
    if (!track || !isOpen(source)) return;
    await sending.force(source, true);
    try {
      if (kindOf(source) === 'video') {
        const black = createBlackPicture();
        try {
          await sending.put(source, black.track);
          await untilSealed(source, black.draw);
          // The camera may have been exchanged meanwhile.
          await sending.put(source, isOpen(source) ? captures.of(source) : null);
        } finally {
          black.stop();
        }
      } else {
        // A track that is off is silent, and is encoded all the same.
        track.enabled = false;
        await sending.put(source, track);
        await untilSealed(source);
        const now = isOpen(source) ? captures.of(source) : null;
        if (now !== track) await sending.put(source, now);
        if (now) now.enabled = true;
      }
      if (isOpen(source)) out.add(source);
    } catch (error) {
      await sending.put(source, null).catch(() => {});
      throw error;
    } finally {
      await sending.force(source, false).catch(() => {});
    }
  }

  async function untilSealed(source: CallSource, draw?: () => void): Promise<void> {
    const sealedNow = async () => (await frames.count()).sends.find((send) => send.source === source)?.sealed ?? 0;
    const until = performance.now() + PATIENCE;
    const [before, leftBefore] = [await sealedNow(), await left(source)];
    while (isOpen(source)) {
      draw?.();
      if ((await sealedNow()) >= before + PROOFS) return;
      if (performance.now() > until) {
        const silent = (await left(source)) === leftBefore;
        // A device that gives nothing gives nothing away.
        throw silent ? explainRefusal(source, { name: 'NotReadableError' }) : new CodedError('call_unsealed');
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
    // Somebody else saw first that nothing is sealed; else it was turned off meanwhile, or the call is over.
    if (state === 'unsealed') throw new CodedError('call_unsealed');
  }

  return {
    async turn(source, on) {
      if (!on) {
        if (wanted.has(source)) withdraw(source);
        return;
      }
      if (state === 'unsealed') throw new CodedError('call_unsealed');
      if (state === 'closed') throw new CodedError('not_in_call');
      if (out.has(source)) return;
      wanted.add(source);
      try {
        await captures.open(source, owner);
        await letOut(source);
      } catch (error) {
        withdraw(source);
        throw error;
      }
    },
    async begin() {
      if (state !== 'waiting') return;
      state = 'open';
      await Promise.all([...wanted].map((source) => letOut(source)));
    },
    stop(why) {
      state = why;
      for (const source of wanted) withdraw(source);
    },
  };
}
