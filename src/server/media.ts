import { CodedError, PORTS } from '../protocol/index.ts';
import { systemClock } from './clock.ts';
import type { ConsoleLog } from './console-log.ts';
import type { MediaEngine, MediaEvents } from './media/media-engine.ts';
import { type MediaProcess, startMediaProcess } from './media/process/supervisor.ts';
import type { ServerEvents } from './server-events.ts';

/** What a host may decide about calls. */
export interface MediaConfig {
  /** Processes that forward, on ports beside each other; a call is in one of them. 1 where nobody says. */
  readonly workers?: number | undefined;
}

/** Calls, as the relay has them: an engine that is asked from the start, and processes that do the work once they are there. */
export interface Media {
  /** What the relay asks; called once, before `start`. Joins are refused with `no_calls` while nothing runs. */
  connect(events: MediaEvents): MediaEngine;
  /** Process ids, of those that there are. */
  pids(): readonly number[];
  /** Resolves when the port is open, or with port 0 when it could not be, of which the host is told: who cannot call still chats. */
  start(): Promise<{ readonly port: number; readonly moved: boolean }>;
  stop(): Promise<void>;
}

export interface MediaOptions {
  readonly config: MediaConfig;
  /** As of `ServerConfig.ports`. */
  readonly port: number | undefined;
}

export function prepareMedia({ config, port }: MediaOptions, events: ServerEvents, log: ConsoleLog): Media {
  let heard: MediaEvents = { onEnded() {}, onDemand() {} };
  let running: MediaProcess | undefined;

  const begin = (): Promise<MediaProcess> =>
    startMediaProcess({ port: { requested: port, preferred: PORTS.media }, workers: config.workers ?? 1 }, systemClock, {
      onEnded: (call, member, code) => heard.onEnded(call, member, code),
      onDemand: (call, member, demand) => heard.onDemand(call, member, demand),
      onDeath: (ms) => events.emit({ event: 'warning', code: 'media_stopped', detail: { seconds: Math.max(1, Math.ceil(ms / 1_000)) } }),
      onBack: () => log('  media process started again'),
      onLog: log,
    });

  return {
    connect(mediaEvents) {
      heard = mediaEvents;
      return {
        async join(call, member, offer) {
          if (!running) throw new CodedError('no_calls');
          return running.join(call, member, offer);
        },
        want: (call, member, wants) => running?.want(call, member, wants),
        leave: (call, member) => running?.leave(call, member),
        close: async () => running?.stop(),
      };
    },
    pids: () => running?.pids ?? [],
    async start() {
      try {
        running = await begin();
        return running;
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        events.emit({
          event: 'warning',
          code: 'media_failed',
          detail: { ...error.detail, because: error.detail['because'] ?? error.code },
        });
        return { port: 0, moved: false };
      }
    },
    stop: async () => running?.stop(),
  };
}
