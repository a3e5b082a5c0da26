import { type CallAnswer, type CallOffer, type CallWant, CodedError } from '../../../protocol/index.ts';
import { type PortWish, supervise, type Supervised, type SupervisedEvents } from '../../children/supervisor.ts';
import type { Clock } from '../../clock.ts';
import type { MediaEvents } from '../media-engine.ts';
import type { MediaLimits } from '../media-limits.ts';
import { checkOffer } from '../sfu/offer-check.ts';
import type { FromMediaProcess, ToMediaProcess } from './messages.ts';
import { createStays, type Stay } from './stays.ts';

/** One media process as the relay sees it, and who is in its calls. */
export interface MediaWorker extends Pick<Supervised<ToMediaProcess>, 'port' | 'moved' | 'pid' | 'isListening'> {
  /** Members that are in, and that wait to be. */
  readonly load: number;
  /** Is this call here? */
  has(call: string): boolean;
  join(call: string, member: string, offer: CallOffer): Promise<CallAnswer>;
  want(call: string, member: string, wants: readonly CallWant[]): void;
  leave(call: string, member: string): void;
  stop(): Promise<void>;
}

/** Packets are kept for a second, for those whom they do not reach: a small nursery made the collector take a third of all that a packet costs. */
export const MEDIA_KIND = {
  entry: { source: '../media/process/entry.ts', built: 'media-process.js', nursery: 16 },
  name: 'media',
  failure: 'media_failed',
} as const;
/** Calls are to be back within 3 s. */
const BACKOFF = [0, 500, 2_000, 5_000, 15_000, 30_000] as const;
/** How long a member that wants to come in waits for a process that is being started, ms. */
const JOIN_TIME = 3_000;
/** Members that wait for that. */
const MOST_WAITING = 1_024;

/** Rejects with the CodedError by which its first start failed. */
export async function startMediaWorker(
  { port, limits = {} }: { readonly port: PortWish; readonly limits?: Partial<MediaLimits> },
  clock: Clock,
  events: MediaEvents & SupervisedEvents,
): Promise<MediaWorker> {
  const stays = createStays();
  let isStopped = false;

  function hear(message: FromMediaProcess): void {
    const stay = stays.find(message.call, message.member, message.stay);
    // It is about one that has left, or has come again since.
    if (stay === undefined) return;
    if (message.kind === 'joined') stay.settle(message.answer);
    else if (message.kind === 'demand') events.onDemand(stay.call, stay.member, message.demand);
    else if (message.kind === 'refused') {
      stay.settle(new CodedError(message.code, message.detail));
      stays.end(stay);
    } else {
      stays.end(stay);
      events.onEnded(stay.call, stay.member, message.code);
    }
  }

  const say = ({ call, member, number, offer }: Stay): void => process.tell({ kind: 'join', call, member, stay: number, offer });

  const process = await supervise<ToMediaProcess, FromMediaProcess>(
    { kind: MEDIA_KIND, port, backoff: BACKOFF, start: (port) => ({ kind: 'start', port, limits }), hear },
    clock,
    {
      onLog: events.onLog,
      onDeath(ms) {
        events.onDeath(ms);
        for (const stay of stays.all()) {
          // Those who wait to come in go on waiting, for the next one.
          if (stay.isWaiting) continue;
          stays.end(stay);
          events.onEnded(stay.call, stay.member, 'call_lost');
        }
      },
      onBack() {
        events.onBack();
        for (const stay of stays.all()) if (stay.isWaiting) say(stay);
      },
    },
  );

  function leave(call: string, member: string): void {
    const stay = stays.find(call, member);
    if (stay === undefined) return;
    process.tell({ kind: 'leave', call, member });
    stays.end(stay);
  }

  return {
    port: process.port,
    moved: process.moved,
    get pid() {
      return process.pid;
    },
    get isListening() {
      return process.isListening;
    },
    get load() {
      return stays.size;
    },
    has: stays.has,
    async join(call, member, offer) {
      // Here already: what is refused changes nothing about what was there.
      checkOffer(offer);
      if (isStopped || stays.waiting >= MOST_WAITING) throw new CodedError('no_calls');
      const stay = stays.begin(call, member, offer);
      if (process.isListening) say(stay);
      const cancel = clock.after(JOIN_TIME, () => {
        if (stays.find(call, member) === stay) leave(call, member);
      });
      try {
        return await stay.answer;
      } finally {
        cancel();
      }
    },
    want: (call, member, wants) => process.tell({ kind: 'want', call, member, wants }),
    leave,
    async stop() {
      isStopped = true;
      await process.stop({ kind: 'stop' });
      for (const stay of stays.all()) stays.end(stay);
    },
  };
}
