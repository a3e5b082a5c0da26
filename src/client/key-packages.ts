import { decode, encode } from 'cborg';
import { createKeyPackage, type Identity, type OwnKeyPackage } from '../crypto/index.ts';
import { CodedError, LIMITS, toHex } from '../protocol/index.ts';
import type { Connection } from './connection.ts';
import type { Clock, Store } from './ports.ts';
import { request } from './room/entering.ts';
import { keys } from './room/records.ts';

/** This device's key packages: what others begin a room of two with while it is away. */
export interface KeyPackages {
  /** Sees to it that enough wait at the relay. Asks once at a time; goes quietly without where the relay or the connection refuses. */
  keepStock(): Promise<void>;
  /** The private half of one of these, by their refs. */
  find(refs: readonly Uint8Array[]): Promise<StoredPackage | undefined>;
}

export interface StoredPackage extends Pick<OwnKeyPackage, 'body' | 'secret'> {
  /** Where it is in the store: it goes when it is used, in the transaction that uses it. The last one stays. */
  readonly key: string;
  readonly last: boolean;
  readonly knock: SpentKnock | null;
}

/** Where a key package was shown at a door that stayed shut. Somebody else may have opened it at the same moment. */
export interface SpentKnock {
  readonly room: string;
  readonly name: string;
  /** Its person went away before it was opened. */
  readonly withdrawn: boolean;
}

/** So many are brought to the relay when fewer than `few` are left there. */
const STOCK = { few: 4, full: 12 };
/** Private halves that are kept: those that a relay dropped, or was restored without, would pile up. */
const KEPT = 4 * LIMITS.keyPackages;

interface Stored extends Omit<StoredPackage, 'key'> {
  readonly at: number;
}

/** What is kept of a knock that is over. */
export function spendPackage(
  { ref, body, secret }: OwnKeyPackage,
  knock: SpentKnock,
  at: number,
): readonly [key: string, value: Uint8Array] {
  return [keys.package(toHex(ref)), encode({ body, secret, last: false, knock, at } satisfies Stored)];
}

interface Ports {
  readonly store: Store;
  readonly identity: Identity;
  readonly connection: Connection;
  readonly clock: Clock;
}

export function createKeyPackages({ store, identity, connection, clock }: Ports): KeyPackages {
  let keeping: Promise<void> | null = null;

  async function stockUp(): Promise<void> {
    // Who is here for the first time may go in a moment: the one that is enough for all goes ahead of the others.
    if (!(await listStored()).some(([, { last }]) => last)) await bring(0, true);
    const waiting = await request(connection, { t: 'publish', packages: [], last: null });
    if (waiting.t !== 'published') return;
    const count = waiting.left < STOCK.few ? STOCK.full - waiting.left : 0;
    if (count > 0 || !waiting.last) await bring(count, !waiting.last);
  }

  async function bring(count: number, withLast: boolean): Promise<void> {
    const packages: OwnKeyPackage[] = [];
    for (let i = 0; i < count; i++) packages.push(await createKeyPackage(identity));
    const last = withLast ? await createKeyPackage(identity) : null;
    const changes = new Map<string, Uint8Array | null>();
    const keep = ({ ref, body, secret }: OwnKeyPackage, isLast: boolean) =>
      changes.set(keys.package(toHex(ref)), encode({ body, secret, last: isLast, knock: null, at: clock.now() } satisfies Stored));
    for (const one of packages) keep(one, false);
    if (last) keep(last, true);
    for (const key of surplus(await listStored(), changes.size)) changes.set(key, null);
    // The private halves are on disk before anybody can use the public ones.
    await store.write(changes);
    await request(connection, { t: 'publish', packages: packages.map(({ body }) => body), last: last && last.body });
  }

  async function listStored(): Promise<Array<readonly [key: string, stored: Stored]>> {
    return (await store.list(keys.packages)).map(([key, value]) => [key, decode(value) as Stored] as const);
  }

  return {
    keepStock() {
      keeping ??= stockUp()
        .catch((error: unknown) => {
          if (!(error instanceof CodedError)) throw error;
        })
        .finally(() => (keeping = null));
      return keeping;
    },
    async find(refs) {
      for (const ref of refs) {
        const key = keys.package(toHex(ref));
        const value = await store.get(key);
        if (value) return { key, ...(decode(value) as Stored) };
      }
      return undefined;
    },
  };
}

/** The oldest of too many; of the last ones the newest two, since the one before may be in somebody's hands. */
function surplus(stored: ReadonlyArray<readonly [key: string, stored: Stored]>, coming: number): string[] {
  const byAge = stored.toSorted(([, a], [, b]) => b.at - a.at);
  const lasts = byAge.filter(([, { last }]) => last).slice(2);
  const singles = byAge.filter(([, { last }]) => !last).slice(Math.max(0, KEPT - coming));
  return [...lasts, ...singles].map(([key]) => key);
}
