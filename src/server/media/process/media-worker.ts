import { type CallAnswer, type CallOffer, type CallWant, CodedError } from '../../../protocol/index.ts';
import { type PortWish, supervise, type Supervised, type SupervisedEvents } from '../../children/supervisor.ts';
import type { Clock } from '../../clock.ts';
import type { MediaEvents } from '../media-engine.ts';
import type { FromMediaProcess, ToMediaProcess } from './messages.ts';

/** One media process as the relay sees it, and who is in its calls. */
export interface MediaWorker extends Pick<Supervised<ToMediaProcess>, 'port' | 'moved' | 'pid' | 'isListening'> {
  /** Members that are in, and that wait to be. */
  readonly load: number;
  join(call: string, member: string, offer: CallOffer): Promise<CallAnswer>;
  want(call: string, member: string, wants: readonly CallWant[]): void;
  leave(call: string, member: string): void;
  stop(): Promise<void>;
}

const KIND = {
  entry: { source: '../media/process/entry.ts', built: 'media-process.js' },
  name: 'media',
  failure: 'media_failed',
} as const;
/** Calls are to be back within 3 s. */
const BACKOFF = [0, 500, 2_000, 5_000, 15_000, 30_000] as const;
/** How long a member that wants to come in waits for a process that is being started, ms. */
const JOIN_TIME = 3_000;
/** Members that wait for that. */
const MOST_WAITING = 1_024;

interface Stay {
  readonly call: string;
  readonly member: string;
  readonly number: number;
  /** Not answered yet. */
  waiting?: {
    readonly offer: CallOffer;
    resolve(answer: CallAnswer): void;
    reject(error: CodedError): void;
  };
}

/** Rejects with the CodedError by which its first start failed. */
export async function startMediaWorker(port: PortWish, clock: Clock, events: MediaEvents & SupervisedEvents): Promise<MediaWorker> {
  const stays = new Map<string, Stay>();
  const nameOf = (call: string, member: string) => `${call} ${member}`;
  let waiting = 0;
  let lastStay = 0;

  /** @param error undefined where the answer is there */
  function settle(stay: Stay, outcome: CallAnswer | CodedError): void {
    const { waiting } = stay;
    delete stay.waiting;
    if (outcome instanceof CodedError) {
      if (stays.get(nameOf(stay.call, stay.member)) === stay) stays.delete(nameOf(stay.call, stay.member));
      waiting?.reject(outcome);
    } else waiting?.resolve(outcome);
  }

  const findStay = (number: number): Stay | undefined => [...stays.values()].find((stay) => stay.number === number);

  function hear(message: FromMediaProcess): void {
    if (message.kind === 'demand') {
      if (stays.has(nameOf(message.call, message.member))) events.onDemand(message.call, message.member, message.demand);
      return;
    }
    const stay = message.kind === 'ended' ? stays.get(nameOf(message.call, message.member)) : findStay(message.stay);
    // It is about one that has left, or has come again since.
    if (stay?.number !== message.stay) return;
    if (message.kind === 'joined') settle(stay, message.answer);
    else if (message.kind === 'refused') settle(stay, new CodedError(message.code, message.detail));
    else {
      stays.delete(nameOf(stay.call, stay.member));
      events.onEnded(stay.call, stay.member, message.code);
    }
  }

  const sayJoin = ({ call, member, number, waiting }: Stay): void => {
    if (waiting !== undefined) process.tell({ kind: 'join', stay: number, call, member, offer: waiting.offer });
  };

  const process = await supervise<ToMediaProcess, FromMediaProcess>(
    { kind: KIND, port, backoff: BACKOFF, start: (port) => ({ kind: 'start', port }), hear },
    clock,
    {
      onLog: events.onLog,
      onDeath(ms) {
        // Those who wait to come in go on waiting for the next one.
        for (const [name, stay] of stays) {
          if (stay.waiting !== undefined) continue;
          stays.delete(name);
          events.onEnded(stay.call, stay.member, 'call_lost');
        }
        events.onDeath(ms);
      },
      onBack() {
        for (const stay of stays.values()) sayJoin(stay);
        events.onBack();
      },
    },
  );

  function leave(call: string, member: string): void {
    const stay = stays.get(nameOf(call, member));
    if (stay === undefined) return;
    process.tell({ kind: 'leave', call, member });
    stays.delete(nameOf(call, member));
    settle(stay, new CodedError('no_calls'));
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
    async join(call, member, offer) {
      if (waiting >= MOST_WAITING) throw new CodedError('no_calls');
      const before = stays.get(nameOf(call, member));
      if (before !== undefined) settle(before, new CodedError('no_calls'));
      const stay: Stay = { call, member, number: ++lastStay };
      stays.set(nameOf(call, member), stay);
      waiting += 1;
      const cancel = clock.after(JOIN_TIME, () => stay.waiting && leave(call, member));
      try {
        return await new Promise<CallAnswer>((resolve, reject) => {
          stay.waiting = { offer, resolve, reject };
          if (process.isListening) sayJoin(stay);
        });
      } finally {
        cancel();
        waiting -= 1;
      }
    },
    want: (call, member, wants) => process.tell({ kind: 'want', call, member, wants }),
    leave,
    async stop() {
      await process.stop({ kind: 'stop' });
      for (const stay of stays.values()) settle(stay, new CodedError('no_calls'));
      stays.clear();
    },
  };
}
