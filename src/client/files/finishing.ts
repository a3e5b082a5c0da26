import type { CodedError } from '../../protocol/index.ts';
import { type Outcome, toStore } from './ending.ts';
import { asCoded } from './faults.ts';
import type { LiveTransfer } from './live.ts';
import type { Teller } from './teller.ts';
import { drop } from './upload.ts';

/** The end of transfers: stored, told, and forgotten, in that order, wherever the program is killed in between. */
export interface Finishing {
  finish(live: LiveTransfer, outcome: Outcome, error: CodedError | null): Promise<void>;
  /** Ends what an earlier program left in the middle of ending. */
  settle(live: LiveTransfer): Promise<void>;
  /** Resolves when nothing is being ended any more. */
  idle(): Promise<void>;
}

interface Ports {
  readonly teller: Teller;
  /** Stores how it ended, and what the relay is owed for it. */
  conclude(live: LiveTransfer): Promise<void>;
  /** Leaves nothing of it, here or at the relay, but what is done. */
  clean(live: LiveTransfer): Promise<void>;
  /** It is no transfer any more; then people are told. */
  strike(live: LiveTransfer): void;
  /** They were: there is room for another. */
  onOver(): void;
  onFault(error: CodedError): void;
}

export function createFinishing({ teller, conclude, clean, strike, onOver, onFault }: Ports): Finishing {
  const ending = new Set<Promise<void>>();

  /** Whatever is killed in here: people are told, now or at the next start, and only when they were is it forgotten. */
  async function run(live: LiveTransfer, first: () => Promise<void>): Promise<void> {
    const { ended } = live.journal.record;
    let cleaned = false;
    try {
      await first();
      await clean(live);
      await release(live);
      cleaned = true;
    } catch (fault) {
      // It is over all the same; what was left behind is looked at again when the program starts.
      onFault(asCoded(fault));
    }
    strike(live);
    if (!ended?.told) teller.state(live);
    teller.forget(live);
    onOver();
    const { journal, outcome, error } = live;
    await (cleaned ? journal.forget() : journal.conclude(toStore(outcome as Outcome, error, true))).catch((fault: unknown) =>
      onFault(asCoded(fault)),
    );
  }

  /** Whoever closes waits for it: what was told is not to be told again. */
  function keepAccount(work: Promise<void>): Promise<void> {
    ending.add(work);
    return work.finally(() => ending.delete(work));
  }

  return {
    async finish(live, outcome, error) {
      if (live.outcome) return;
      live.outcome = outcome;
      live.error = error;
      live.backoff.cancel();
      await keepAccount(run(live, () => conclude(live)));
    },
    settle: (live) => keepAccount(run(live, async () => {})),
    idle: async () => void (await Promise.allSettled(ending)),
  };
}

/** Lets go of what it reads from or writes to, unless its end has need of it. */
export async function release(live: LiveTransfer): Promise<void> {
  if (live.direction === 'up') {
    drop(live);
    const { source } = live;
    live.source = null;
    await source?.close();
  } else if (!live.outcome) {
    const { sink } = live;
    live.sink = null;
    live.written = null;
    await sink?.close();
  }
}
