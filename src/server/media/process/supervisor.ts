import type { PortWish, SupervisedEvents } from '../../children/supervisor.ts';
import type { Clock } from '../../clock.ts';
import type { MediaEngine, MediaEvents } from '../media-engine.ts';
import type { MediaLimits } from '../media-limits.ts';
import { type MediaWorker, startMediaWorker } from './media-worker.ts';

/** The media processes as the relay sees them: one engine, there from start to stop. */
export interface MediaProcess extends MediaEngine {
  /** Of the first one; the others have the next numbers. */
  readonly port: number;
  /** The default port was busy. */
  readonly moved: boolean;
  /** Those that run. */
  readonly pids: readonly number[];
  /** The same as `close`. */
  stop(): Promise<void>;
}

export interface MediaProcessOptions {
  readonly port: PortWish;
  /** Processes, on consecutive ports: Node cannot share one between them. 1 where it is left out. */
  readonly workers?: number;
  readonly limits?: Partial<MediaLimits>;
}

export type MediaProcessEvents = MediaEvents & SupervisedEvents;

/** Rejects with the CodedError by which one of them failed to start: `port_busy`, `port_not_allowed`, `media_failed`. */
export async function startMediaProcess(
  { port, workers: count = 1, limits = {} }: MediaProcessOptions,
  clock: Clock,
  events: MediaProcessEvents,
): Promise<MediaProcess> {
  const workers: MediaWorker[] = [];
  const stop = async (): Promise<void> => void (await Promise.all(workers.map((worker) => worker.stop())));
  try {
    for (let i = 0; i < count; i++) workers.push(await startMediaWorker({ port: portOf(i, port, workers[i - 1]), limits }, clock, events));
  } catch (error) {
    await stop();
    throw error;
  }
  const [first] = workers as [MediaWorker];

  const find = (call: string) => workers.find((worker) => worker.has(call));
  /** There is most room in it, or will be when it is back. */
  const emptiest = () => {
    const running = workers.filter(({ isListening }) => isListening);
    return (running.length > 0 ? running : workers).reduce((best, other) => (other.load < best.load ? other : best));
  };

  return {
    port: first.port,
    moved: workers.some(({ moved }) => moved),
    get pids() {
      return workers.flatMap(({ pid }) => pid ?? []);
    },
    join: (call, member, offer) => (find(call) ?? emptiest()).join(call, member, offer),
    want: (call, member, wants) => find(call)?.want(call, member, wants),
    leave: (call, member) => find(call)?.leave(call, member),
    close: stop,
    stop,
  };
}

/** The next number; where any would do for the first one, the next that is free. */
function portOf(at: number, wish: PortWish, before: MediaWorker | undefined): PortWish {
  if (before === undefined) return wish;
  return { requested: wish.requested ? wish.requested + at : undefined, preferred: before.port + 1 };
}
