import { CodedError } from '../../protocol/index.ts';
import type { Clock } from '../clock.ts';
import { type Child, type ChildKind, launch } from './child.ts';

/** A process as the relay sees it: there from start to stop, however often it dies or hangs and has to be started again. */
export interface Supervised<To> {
  readonly port: number;
  /** The default port was busy. */
  readonly moved: boolean;
  /** Process id; undefined between two of them. */
  readonly pid: number | undefined;
  /** It has started, and has not died since. */
  readonly isListening: boolean;
  /** What nobody hears is to be part of the next start. */
  tell(message: To): void;
  /** @param farewell what it ends by; it is killed if it does not */
  stop(farewell: To): Promise<void>;
}

export interface SupervisedEvents {
  /** It died and is being started again in `ms`. */
  onDeath(ms: number): void;
  onBack(): void;
  onLog(line: string): void;
}

/** Where it is to listen: `requested`, or the first free port from `preferred` on. */
export interface PortWish {
  readonly requested: number | undefined;
  readonly preferred: number;
}

export interface SupervisedOptions<To extends object, From extends { readonly kind: string }> {
  readonly kind: ChildKind;
  readonly port: PortWish;
  /** Waits before it is started again, ms; one that ran for `GOOD_TIME` begins anew with the first. */
  readonly backoff: readonly number[];
  /** The first message to each process. */
  start(port: PortWish): To;
  hear?(message: From): void;
}

/** One that does not stop is killed after this time, ms. */
const STOPPING_TIME = 5_000;
const GOOD_TIME = 60_000;

/** Rejects with the CodedError by which its first start failed. */
export async function supervise<To extends object, From extends { readonly kind: string }>(
  options: SupervisedOptions<To, From>,
  clock: Clock,
  events: SupervisedEvents,
): Promise<Supervised<To>> {
  const { kind, backoff } = options;
  let stopped = false;
  let cancel = (): void => {};
  let failures = 0;
  let { port } = options;

  const begin = () => launch<To, From>(kind, options.start(port), { clock, onLog: events.onLog }, options.hear?.bind(options));
  let current: Child<To> | undefined = begin();
  const { port: opened, moved } = await current.listening;
  // The same one from here on: it stands in tickets and firewalls.
  port = { requested: opened, preferred: opened };
  let isListening = true;
  let since = clock.now();
  void current.ended.then(restart);

  function restart(): void {
    current = undefined;
    isListening = false;
    if (stopped) return;
    if (Math.abs(clock.now() - since) > GOOD_TIME) failures = 0;
    const wait = backoff[Math.min(failures++, backoff.length - 1)] as number;
    events.onDeath(wait);
    cancel = clock.after(wait, () => {
      const next = begin();
      current = next;
      next.listening.then(
        () => {
          since = clock.now();
          isListening = true;
          events.onBack();
        },
        (error: unknown) => {
          events.onLog(`! ${kind.name} ${error instanceof CodedError ? error.code : String(error)}`);
          next.kill();
        },
      );
      void next.ended.then(restart);
    });
  }

  return {
    port: opened,
    moved,
    get pid() {
      return current?.pid;
    },
    get isListening() {
      return isListening;
    },
    tell: (message) => current?.tell(message),
    async stop(farewell) {
      stopped = true;
      cancel();
      const last = current;
      if (!last) return;
      last.tell(farewell);
      const timer = setTimeout(last.kill, STOPPING_TIME);
      await last.ended;
      clearTimeout(timer);
    },
  };
}
