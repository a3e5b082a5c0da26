import { tellOutside } from './arrivals.ts';
import { CodedError, type RelayFrames, toHex } from '../protocol/index.ts';
import { FILE_LIMITS } from './blobs/file-limits.ts';
import { createTickets } from './blobs/tickets.ts';
import { createCalls } from './calls/calls.ts';
import type { Clock } from './clock.ts';
import { distribute } from './fan-out.ts';
import { createFollowers } from './followers.ts';
import { createFounding } from './founding.ts';
import { createGuessLimit } from './guess-limit.ts';
import type { KeyPackages } from './key-packages.ts';
import { createKnocks } from './knocks.ts';
import { createLeakyCount } from './leaky-count.ts';
import type { RelayLink, RelaySession } from './link.ts';
import { createLoad } from './load.ts';
import type { MediaEngine, MediaEvents } from './media/media-engine.ts';
import type { RelayContext } from './relay-context.ts';
import type { RelayEvent } from './relay-events.ts';
import type { RoomLog } from './room-log.ts';
import type { RoomProgress } from './room-progress.ts';
import { type AppendRequest, type Batch, createRoomWriter } from './room-writer.ts';
import { loadRooms } from './rooms.ts';
import { RELAY_LIMITS, type RelayLimits } from './server-limits.ts';
import { Session } from './session.ts';
import { createSessionsByDevice } from './sessions-by-device.ts';
import { createTally } from './tally.ts';

export type { RelayLink, RelaySession } from './link.ts';
export type { RelayEvent } from './relay-events.ts';

/** Numbers, stores and forwards what devices send each other, and can read none of it. */
export interface Relay {
  /** Takes a new connection; the listener hands what it receives to the session. */
  accept(link: RelayLink): RelaySession;
  /** A room exists. */
  readonly founded: boolean;
  /** What opens the first room; null once it exists. */
  founderToken(): Uint8Array | null;
  /** @returns a function that takes the listener off again */
  on(listener: (event: RelayEvent) => void): () => void;
  /** Tells every peer, closes, and waits for what is being written. Log and key packages stay open: they belong to the caller. */
  close(): Promise<void>;
}

export interface RelayPorts {
  readonly log: RoomLog;
  readonly keyPackages: KeyPackages;
  readonly clock: Clock;
  readonly random: (size: number) => Uint8Array;
  /** Makes what forwards media, called once; without it there are no calls. The engine stays open: it belongs to the caller. */
  readonly media?: (events: MediaEvents) => MediaEngine;
  /** Runs a function once what arrived together has been read; `setImmediate` unless a simulation owns time. */
  readonly turn?: (run: () => void) => void;
}

export interface RelayOptions {
  /** SHA-256 of the relay's SubjectPublicKeyInfo, 32 bytes. */
  readonly relayKey: Uint8Array;
  /** Hash of the page that is served. */
  readonly build: string;
  readonly founderToken: Uint8Array | null;
  /** Where others reach this relay, for invitations; asked at each `welcome`, since ports open after the relay is made. */
  readonly place?: () => RelayFrames['welcome']['place'];
  /** The key of tickets for files, which the file process has too, and that process's port. Without it tickets are good nowhere. */
  readonly files?: { readonly ticketKey: Uint8Array; readonly port: () => number };
  /** For tests. */
  readonly limits?: Partial<RelayLimits>;
}

/** Rejects with what the log rejects with while it is read. */
export async function createRelay(ports: RelayPorts, options: RelayOptions): Promise<Relay> {
  const limits = { ...RELAY_LIMITS, ...options.limits };
  const { log, keyPackages, clock, random, turn = setImmediate } = ports;
  const listeners = new Set<(event: RelayEvent) => void>();
  const emit = (event: RelayEvent): void => listeners.forEach((listener) => listener(event));
  const rooms = await loadRooms(log);
  const followers = createFollowers<Session>(limits);
  const writer = createRoomWriter<Session>(
    { log, rooms, clock, turn, onBatch: settle, onFailure: (error) => emit({ event: 'storage_failed', error }) },
    limits,
  );
  const founding = createFounding({ rooms, emit, limits }, options.founderToken);
  const knocks = createKnocks<Session>(clock, followers, limits);
  const devices = createSessionsByDevice<Session>();
  const calls = createCalls<Session>({ clock, rooms, followers, isNewer, emit, media: ports.media }, limits);
  const guesses = createGuessLimit(clock, limits);
  const sessions = new Set<Session>();
  const context: RelayContext = {
    limits,
    clock,
    random,
    log,
    rooms,
    writer,
    followers,
    keyPackages,
    packageAskers: createLeakyCount(clock, { fall: limits.packagePause, most: limits.packagesPerAsker, keys: limits.packageAskers }),
    devices,
    knocks,
    calls,
    ephemerals: createLeakyCount(clock, { fall: limits.ephemeralPause, most: limits.ephemerals, keys: limits.ephemeralSpeakers }),
    founding,
    guesses,
    load: createLoad(clock, sessions),
    emit,
    release,
    relayKey: options.relayKey,
    build: options.build,
    place: options.place ?? (() => undefined),
    files: {
      tickets: createTickets(options.files?.ticketKey ?? random(32), FILE_LIMITS.ticketTime),
      port: options.files?.port ?? (() => 0),
    },
    get closing() {
      return closing;
    },
  };
  const connectionsByAddress = createTally();
  let closing = false;

  function settle(batch: Batch<Session>): void {
    try {
      distribute(batch, followers, limits);
      for (const progress of batch.progress) {
        tellOutside(progress, context);
        dropRemoved(progress);
      }
      for (const [request, outcome] of batch.outcomes) {
        request.who.countAppend(request.frame, -1);
        if ('seq' in outcome && outcome.fresh) report(request, outcome.seq);
      }
    } catch (error) {
      emit({ event: 'fault', error });
    }
  }

  function report({ author, frame: { room, kind, body } }: AppendRequest<Session>, seq: number): void {
    if (listeners.size > 0) emit({ event: 'stored', room: toHex(room), seq, kind, device: author.key, bytes: body.length });
  }

  function dropRemoved({ before, state }: RoomProgress): void {
    if (before.members === state.members) return;
    for (const device of before.members) {
      if (state.members.has(device)) continue;
      calls.remove(state.room, device);
      emit({ event: 'removed', room: toHex(state.room), device });
    }
  }

  function release(session: Session, code: string): void {
    followers.drop(session);
    devices.drop(session);
    knocks.drop(session);
    calls.drop(session);
    if (!sessions.delete(session)) return;
    const { address } = session.link;
    connectionsByAddress.remove(address);
    emit({ event: 'disconnected', device: session.deviceKey || null, address, code });
  }

  function isNewer(who: Session, than: Session): boolean {
    const inOrder = devices.of(who.deviceKey);
    return inOrder.indexOf(who) > inOrder.indexOf(than);
  }

  function findObstacle({ address }: RelayLink): string | undefined {
    if (closing) return 'shutting_down';
    const full = sessions.size >= limits.connections || connectionsByAddress.of(address) >= limits.connectionsPerAddress;
    return full ? 'too_many_connections' : undefined;
  }

  return {
    accept(link) {
      const obstacle = findObstacle(link);
      const session = new Session(link, context);
      if (obstacle) session.fail(new CodedError(obstacle));
      else {
        sessions.add(session);
        connectionsByAddress.add(link.address);
      }
      return session;
    },
    get founded() {
      return rooms.size > 0;
    },
    founderToken: () => founding.token,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing = true;
      calls.close();
      // What was taken is stored and acknowledged before its sender is sent away.
      await writer.idle();
      for (const session of [...sessions]) session.fail(new CodedError('shutting_down'));
      await writer.idle();
    },
  };
}
