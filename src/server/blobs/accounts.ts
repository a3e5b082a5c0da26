import { CodedError } from '../../protocol/index.ts';
import { type Blob, isWhole } from './blob-store.ts';
import type { FileLimits } from './file-limits.ts';

/** How much there may be. Bytes; a blob counts with all of its length from when it is made. */
export interface Quotas {
  readonly room: number;
  readonly device: number;
  /** What has to stay free on the disk. */
  readonly reserve: number;
}

/** Whose bytes they are. */
export type Owner = Pick<Blob, 'room' | 'device'>;

/** What there is, and what has been promised, by room and by device: in memory, summed up anew from the store at each start, so that no crash makes it wrong. */
export interface Accounts {
  /**
   * Takes `bytes` for good; nothing where it rejects.
   * Rejects with CodedError `room_storage_full`, `device_storage_full`, `relay_storage_full` {free}.
   */
  take(owner: Owner, bytes: number): Promise<void>;
  give(owner: Owner, bytes: number): void;
  /** A blob is there; `take` has been called for it, or it was there before. */
  enter(blob: Blob, taken: 'taken' | 'found'): void;
  /** It became another one: more of it is on disk, or it is whole. */
  move(before: Blob, after: Blob): void;
  leave(blob: Blob): void;
  /** Throws where this device, or the relay, has as many blobs as there may be. */
  checkCount(owner: Owner): void;
  readonly used: { readonly blobs: number; readonly bytes: number; readonly byRoom: ReadonlyMap<string, number> };
}

/** @param free bytes of the disk that nothing uses */
export function createAccounts(quotas: Quotas, free: () => Promise<number>, limits: FileLimits): Accounts {
  const byRoom = new Map<string, number>();
  const byDevice = new Map<string, number>();
  const blobsByDevice = new Map<string, number>();
  const unfinishedByDevice = new Map<string, number>();
  let [blobs, bytes, landed] = [0, 0, 0];

  function add({ room, device }: Owner, more: number): void {
    shift(byRoom, room, more);
    shift(byDevice, device, more);
    bytes += more;
  }

  function refuse(code: string, left: number): never {
    throw new CodedError(code, { free: Math.max(0, Math.floor(left)) });
  }

  return {
    async take(owner, more) {
      if (more <= 0) return;
      const onDisk = await free();
      const inRoom = quotas.room - (byRoom.get(owner.room) ?? 0);
      if (more > inRoom) refuse('room_storage_full', inRoom);
      const ofDevice = quotas.device - (byDevice.get(owner.device) ?? 0);
      if (more > ofDevice) refuse('device_storage_full', ofDevice);
      // What was promised and has not come yet is as good as used.
      const left = onDisk - (bytes - landed) - quotas.reserve;
      if (more > left) refuse('relay_storage_full', left);
      add(owner, more);
    },
    give: (owner, less) => add(owner, -less),
    enter(blob, taken) {
      if (taken === 'found') add(blob, weigh(blob, limits));
      landed += blob.offset;
      blobs += 1;
      shift(blobsByDevice, blob.device, 1);
      if (!isWhole(blob)) shift(unfinishedByDevice, blob.device, 1);
    },
    move(before, after) {
      landed += after.offset - before.offset;
      if (isWhole(after) && !isWhole(before)) shift(unfinishedByDevice, after.device, -1);
    },
    leave(blob) {
      add(blob, -weigh(blob, limits));
      landed -= blob.offset;
      blobs -= 1;
      shift(blobsByDevice, blob.device, -1);
      if (!isWhole(blob)) shift(unfinishedByDevice, blob.device, -1);
    },
    checkCount({ device }) {
      const many = (blobsByDevice.get(device) ?? 0) >= limits.blobsPerDevice;
      if (many || (unfinishedByDevice.get(device) ?? 0) >= limits.unfinishedPerDevice) refuse('device_storage_full', 0);
      if (blobs >= limits.blobs) refuse('relay_storage_full', 0);
    },
    get used() {
      return { blobs, bytes, byRoom };
    },
  };
}

/** What a blob counts for: the whole it is to be, in blocks of the disk. */
export function weigh({ length, offset }: Pick<Blob, 'length' | 'offset'>, { block }: Pick<FileLimits, 'block'>): number {
  return Math.max(1, Math.ceil(Math.max(length ?? 0, offset) / block)) * block;
}

function shift(sums: Map<string, number>, key: string, by: number): void {
  const sum = (sums.get(key) ?? 0) + by;
  if (sum > 0) sums.set(key, sum);
  else sums.delete(key);
}
