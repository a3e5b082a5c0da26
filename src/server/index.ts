/** The relay: what `main.ts` and simulations need of it. */
export { type Machine, type MachineAddress, thisMachine } from './addresses.ts';
export type { FilesConfig } from './blobs/config.ts';
export { type Clock, systemClock } from './clock.ts';
export type { ConsoleLog } from './console-log.ts';
export { type LmdbStorage, openLmdb } from './engines/lmdb.ts';
export { createMemoryKeyPackages } from './engines/memory-key-packages.ts';
export { createMemoryMedia, type MemoryMedia } from './engines/memory-media.ts';
export { createMemoryLog } from './engines/memory-log.ts';
export type { KeyPackages } from './key-packages.ts';
export type { MediaEngine, MediaEvents } from './media/media-engine.ts';
export {
  createRelay,
  type Relay,
  type RelayEvent,
  type RelayLink,
  type RelayOptions,
  type RelayPorts,
  type RelaySession,
} from './relay.ts';
export type { EntryKey, NewEntry, ReadBounds, RoomLog, RoomWrite, StoredRoom } from './room-log.ts';
export { type RunningServer, type ServerConfig, startServer } from './serve.ts';
export type { ServerEvent } from './server-events.ts';
export type { RelayLimits } from './server-limits.ts';
