import { CodedError, SIZES, toHex } from '../../protocol/index.ts';
import type { Clock } from '../clock.ts';
import { type Accounts, createAccounts, type Owner, type Quotas, weigh } from './accounts.ts';
import { type Blob, type BlobReader, type BlobStore, type BlobWriter, isWhole } from './blob-store.ts';
import type { FileLimits } from './file-limits.ts';
import { expiryOf, type Retention } from './retention.ts';

/** The store with what there is to say about it: how much may be there, who writes, and what goes when. */
export interface Storage {
  /** Rejects with `room_storage_full`, `device_storage_full`, `relay_storage_full` {free}, `storage_failed`. */
  create(owner: Owner, length: number | null): Promise<Blob>;
  /** Undefined also where its time is over. */
  find(id: string): Promise<Blob | undefined>;
  /**
   * The one who writes a blob, until it is closed. Another one who stands still gives way; else it rejects with `upload_busy`.
   */
  write(id: string, writer: Writer): Promise<Upload>;
  read(id: string): Promise<BlobReader>;
  keep(blob: Blob): Promise<void>;
  /** Ends whoever is writing it first. */
  remove(id: string): Promise<void>;
  /** When it will be removed by itself; null: never. */
  expires(blob: Blob): number | null;
  /** Removes what is over. */
  sweep(): Promise<number>;
  readonly used: Accounts['used'];
}

/** Who writes, as far as others have to know. */
export interface Writer {
  /** Called where it has to give way, or the blob is removed: close it. */
  stop(): void;
  /** For how long nothing has come, ms. */
  idle(): number;
}

export interface Upload {
  /** As of the last commit. */
  readonly blob: Blob;
  /** Takes room for all up to `end`, before bytes of it are received. Rejects like `create`. */
  grow(end: number): Promise<void>;
  readonly write: BlobWriter['write'];
  readonly flush: BlobWriter['flush'];
  commit(length: number | null): Promise<Blob>;
  close(): Promise<void>;
}

export interface StoragePorts {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly random: (size: number) => Uint8Array;
  /** Bytes of the disk that nothing uses. */
  readonly free: () => Promise<number>;
}

/** Rejects with what the store rejects with while its sums are made. */
export async function createStorage(ports: StoragePorts, quotas: Quotas, retention: Retention, limits: FileLimits): Promise<Storage> {
  const { store, clock, random, free } = ports;
  const accounts = createAccounts(quotas, free, limits);
  const claims = new Map<string, Writer & { readonly over: Promise<void> }>();
  const expires = (blob: Blob): number | null => expiryOf(blob, retention, limits);
  const isOver = (blob: Blob): boolean => (expires(blob) ?? Infinity) <= clock.now();

  for await (const blob of store.list()) accounts.enter(blob, 'found');

  /** One at a time has to do with what a blob holds: who writes it, or who takes it away. */
  function claim(id: string, { stop, idle }: Writer): () => void {
    let release = (): void => {};
    claims.set(id, { stop, idle, over: new Promise((resolve) => (release = resolve)) });
    return () => {
      claims.delete(id);
      release();
    };
  }

  async function remove(id: string): Promise<void> {
    for (let other = claims.get(id); other; other = claims.get(id)) {
      other.stop();
      await other.over;
    }
    const release = claim(id, { stop: () => {}, idle: () => 0 });
    try {
      const blob = await store.find(id);
      if (!blob) return;
      await store.remove(id);
      accounts.leave(blob);
    } finally {
      release();
    }
  }

  async function write(id: string, writer: Writer): Promise<Upload> {
    // A connection that died without a word, as when a laptop wakes up elsewhere: its owner is here again and need not wait for it.
    const stalled = claims.get(id);
    if (stalled && stalled.idle() >= limits.giveWay) {
      stalled.stop();
      await stalled.over;
    }
    if (claims.has(id)) throw new CodedError('upload_busy');
    const release = claim(id, writer);
    try {
      const found = await store.find(id);
      if (!found) throw new CodedError('unknown_file');
      return openUpload(found, await store.append(id), release);
    } catch (error) {
      release();
      throw error;
    }
  }

  function openUpload(found: Blob, writer: BlobWriter, release: () => void): Upload {
    let blob = found;
    let taken = weigh(blob, limits);
    return {
      get blob() {
        return blob;
      },
      async grow(upTo) {
        const more = weigh({ length: blob.length, offset: upTo }, limits) - taken;
        if (more <= 0) return;
        await accounts.take(blob, more);
        taken += more;
      },
      write: writer.write,
      flush: writer.flush,
      async commit(length) {
        const after = await writer.commit(length, clock.now());
        accounts.move(blob, after);
        blob = after;
        return after;
      },
      async close() {
        try {
          await writer.close();
        } finally {
          accounts.give(blob, taken - weigh(blob, limits));
          release();
        }
      },
    };
  }

  return {
    async create(owner, length) {
      accounts.checkCount(owner);
      const now = clock.now();
      const id = toHex(random(SIZES.blob));
      const blob: Blob = { id, room: owner.room, device: owner.device, length, offset: 0, made: now, touched: now, kept: false };
      const weight = weigh(blob, limits);
      await accounts.take(owner, weight);
      accounts.enter(blob, 'taken');
      try {
        await store.create(blob);
      } catch (error) {
        accounts.leave(blob);
        throw error;
      }
      return blob;
    },
    async find(id) {
      const blob = await store.find(id);
      return blob && !isOver(blob) ? blob : undefined;
    },
    write,
    read: (id) => store.read(id),
    async keep(blob) {
      if (!blob.kept) await store.keep(blob.id);
    },
    remove,
    expires,
    async sweep() {
      const over: string[] = [];
      // Whoever writes is not standing still.
      for await (const blob of store.list()) if (isOver(blob) && (isWhole(blob) || !claims.has(blob.id))) over.push(blob.id);
      for (const id of over) await remove(id);
      return over.length;
    },
    get used() {
      return accounts.used;
    },
  };
}
