import type { RelayFrames } from '../protocol/index.ts';
import type { Tickets } from './blobs/tickets.ts';
import type { Calls } from './calls/calls.ts';
import type { Clock } from './clock.ts';
import type { Followers } from './followers.ts';
import type { Founding } from './founding.ts';
import type { GuessLimit } from './guess-limit.ts';
import type { KeyPackages } from './key-packages.ts';
import type { Knocks } from './knocks.ts';
import type { LeakyCount } from './leaky-count.ts';
import type { Load } from './load.ts';
import type { RelayEvent } from './relay-events.ts';
import type { RoomLog } from './room-log.ts';
import type { RoomWriter } from './room-writer.ts';
import type { Rooms } from './rooms.ts';
import type { RelayLimits } from './server-limits.ts';
import type { Session } from './session.ts';
import type { SessionsByDevice } from './sessions-by-device.ts';

/** What sessions and handlers share. */
export interface RelayContext {
  readonly limits: RelayLimits;
  readonly clock: Clock;
  readonly random: (size: number) => Uint8Array;
  readonly log: RoomLog;
  readonly rooms: Rooms;
  readonly writer: RoomWriter<Session>;
  readonly followers: Followers<Session>;
  readonly keyPackages: KeyPackages;
  /** Who asked for key packages of whom, lately. */
  readonly packageAskers: LeakyCount;
  readonly devices: SessionsByDevice<Session>;
  readonly knocks: Knocks<Session>;
  readonly calls: Calls<Session>;
  /** What devices said with `ephemeral` lately. */
  readonly ephemerals: LeakyCount;
  readonly guesses: GuessLimit;
  readonly load: Load;
  /** SHA-256 of the relay's SubjectPublicKeyInfo. */
  readonly relayKey: Uint8Array;
  /** Hash of the page that is served. */
  readonly build: string;
  /** Where others reach this relay; undefined while nobody knows. */
  readonly place: () => RelayFrames['welcome']['place'];
  readonly founding: Founding;
  /** What lets a member in at the file port, and that port: 0 where there is only the web port. */
  readonly files: { readonly tickets: Tickets; readonly port: () => number };
  /** The relay is stopping: nothing more is taken. */
  readonly closing: boolean;
  emit(event: RelayEvent): void;
  /** Forgets a session that ended for `code`. */
  release(session: Session, code: string): void;
}
