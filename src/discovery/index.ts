/** Relays that say on their networks that they are there, and those who look for them (mDNS, RFC 6762 and 6763). */
export { type Announcement, announceRelay } from './announce-relay.ts';
export { findRelays, type FoundRelay, type Search } from './find-relays.ts';
export { isWithin, listNetworks, listOwnAddresses, type OwnAddress } from './networks.ts';
