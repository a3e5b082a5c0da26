/** The relay: what `main.ts` and simulations need of it. */
export { type Clock, systemClock } from './clock.ts';
export { createMemoryLog } from './engines/memory-log.ts';
export { createRelay, type Relay, type RelayEvent, type RelayLink, type RelayOptions, type RelayPorts, type RelaySession } from './relay.ts';
export type { EntryKey, NewEntry, ReadBounds, RoomLog, RoomWrite, StoredRoom } from './room-log.ts';
export type { RelayLimits } from './server-limits.ts';
