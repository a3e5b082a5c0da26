import { LIMITS } from '../../protocol/index.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Bounds of the file process, each with its reason. Sizes in bytes, times in milliseconds. */
export const FILE_LIMITS = {
  /** How long a ticket is good: what it lets through is looked at again no later than this. */
  ticketTime: 10 * MINUTE,
  /** A request of up to this size is taken whole or not at all: a part of the largest size and the header of a sealed file, twice. */
  whole: 2 * LIMITS.filePart + 74,
  /** Of a longer one, and of one that does not tell its size, multiples of this are kept. */
  unit: 2 * LIMITS.filePart,
  /** Bytes that are written to the disk at once: half the processor time of writing each piece as it comes. */
  gather: MIB,
  /** Bytes of one upload that wait for the disk before its sender is made to wait; and of all uploads. */
  pending: 4 * MIB,
  pendingInAll: 32 * MIB,
  /** The least that an upload may have waiting however many there are. */
  pendingLeast: 256 * KIB,
  /** After so many bytes the disk begins to write: what is left for the end of a part is short. */
  flush: 4 * MIB,
  /** Bytes read from the disk at once for one download, while there are few and while there are many; two of these are held each. */
  piece: MIB,
  pieceLeast: 128 * KIB,
  piecesInAll: 32 * MIB,
  /** Requests that one device, and all, may have under way. */
  requestsPerDevice: 24,
  requests: 512,
  /** Sockets of one address, a classroom behind one NAT, and in all. */
  socketsPerAddress: 512,
  sockets: 2_048,
  /** A sender that sends nothing, or a receiver that takes nothing, for this long is cut off. */
  stall: 30_000,
  /** A sender that has sent nothing for this long gives way to another request for the same blob: the same device, on a new connection. */
  giveWay: 2_000,
  /** Bytes of a refused request that are still taken, so that its sender reads why, and for how long. */
  drain: 2 * LIMITS.filePart + 74,
  drainTime: 10_000,
  /** Time for a handshake and for the headers of a request; how long a connection may idle between two requests. */
  headersTime: 10_000,
  idleTime: 60_000,
  headers: 16 * KIB,
  /** An upload that stands still is removed after this time; one that never began, after that. */
  unfinishedTime: DAY,
  emptyTime: HOUR,
  /** A whole blob that no message names, as far as anybody told. */
  orphanTime: 7 * DAY,
  /** How often is looked for what is to go. */
  sweepEach: 10 * MINUTE,
  /** What a blob counts for at least: a block of the disk, and its line in the index. */
  block: 4 * KIB,
  /** Blobs of one device, and in all: each costs a file and a line in the index, be it as small as it may. */
  blobsPerDevice: 65_536,
  blobs: 1_048_576,
  /** Uploads of one device that are not whole yet. */
  unfinishedPerDevice: 256,
  /** Removals that are remembered, to refuse tickets from before: those of one ticket's lifetime, at most so many. */
  revocations: 65_536,
} as const;

export type FileLimits = { readonly [K in keyof typeof FILE_LIMITS]: number };
