import { createHmac, timingSafeEqual } from 'node:crypto';
import { fromHex, SIZES, toHex } from '../../protocol/index.ts';

/** What a ticket says: this device was in this room. Ids in hex. */
export interface Bearer {
  readonly room: string;
  readonly device: string;
}

/** Makes tickets and reads them, under a key that the relay and its file process share for as long as the relay runs. */
export interface Tickets {
  issue(bearer: Bearer, now: number): { readonly ticket: Uint8Array; readonly until: number };
  /** Undefined where it is forged, another relay's, or over. */
  read(ticket: Uint8Array, now: number): (Bearer & { readonly issued: number }) | undefined;
}

const VERSION = 0;
const UNTIL = 1 + SIZES.room + SIZES.device;
const BODY = UNTIL + 8;
const MAC = 32;
const LABEL = 'corrillo file ticket v0\0';

/** version (1) | room (16) | device (32) | until (ms, 8, big-endian) | HMAC-SHA256 over the label and all of these (32). */
export function createTickets(key: Uint8Array, lifetime: number): Tickets {
  const mac = (body: Uint8Array): Buffer => createHmac('sha256', key).update(LABEL).update(body).digest();
  return {
    issue({ room, device }, now) {
      const until = now + lifetime;
      const body = Buffer.alloc(BODY);
      body[0] = VERSION;
      body.set(fromHex(room) as Uint8Array, 1);
      body.set(fromHex(device) as Uint8Array, 1 + SIZES.room);
      body.writeBigUInt64BE(BigInt(until), UNTIL);
      return { ticket: Uint8Array.from(Buffer.concat([body, mac(body)])), until };
    },
    read(ticket, now) {
      if (ticket.length !== BODY + MAC || ticket[0] !== VERSION) return undefined;
      const body = ticket.subarray(0, BODY);
      if (!timingSafeEqual(mac(body), ticket.subarray(BODY))) return undefined;
      const until = Number(Buffer.from(body).readBigUInt64BE(UNTIL));
      if (until <= now) return undefined;
      const device = toHex(body.subarray(1 + SIZES.room, UNTIL));
      return { room: toHex(body.subarray(1, 1 + SIZES.room)), device, issued: until - lifetime };
    },
  };
}

/** Devices that were taken out of rooms: tickets from before are no good any more. */
export interface Revocations {
  add(revocation: Revocation): void;
  has(bearer: Bearer, issued: number): boolean;
  /** Those that still matter, for a file process that begins anew. */
  list(now: number): Revocation[];
}

export interface Revocation extends Bearer {
  readonly at: number;
}

/** @param most past it the oldest is forgotten; no ticket outlives `lifetime`, so that nothing has to be remembered for longer */
export function createRevocations(lifetime: number, most: number): Revocations {
  const timesByBearer = new Map<string, Revocation>();
  const keyOf = ({ room, device }: Bearer): string => `${room} ${device}`;

  function forget(now: number): void {
    for (const [key, { at }] of timesByBearer) {
      if (at + lifetime > now && timesByBearer.size <= most) return;
      timesByBearer.delete(key);
    }
  }

  return {
    add(revocation) {
      const key = keyOf(revocation);
      // To the end: the oldest stand first.
      timesByBearer.delete(key);
      timesByBearer.set(key, revocation);
      forget(revocation.at);
    },
    has(bearer, issued) {
      const revocation = timesByBearer.get(keyOf(bearer));
      return revocation !== undefined && issued <= revocation.at;
    },
    list(now) {
      forget(now);
      return [...timesByBearer.values()];
    },
  };
}
