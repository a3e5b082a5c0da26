import type { FileTransport, MakeFileTransport } from '../../src/client/index.ts';
import { orAborted } from '../../src/client/files/or-aborted.ts';
import { CodedError, toHex } from '../../src/protocol/index.ts';

/** A stage of a request that takes time: it goes on when the promise resolves, and breaks as it rejects. */
export interface Stage {
  readonly device: string;
  readonly verb: keyof FileTransport;
  /** `commit`: the relay has it all and writes it, whether or not the other end is still there. */
  readonly at: 'arrive' | 'travel' | 'commit' | 'answer';
}

export interface StoredBlob {
  readonly room: string;
  readonly maker: string;
  length: number | null;
  bytes: Uint8Array;
  kept: boolean;
}

/** The relay's blobs in memory, as PROTOCOL.md has them: parts count whole or not at all, whatever breaks. */
export interface MemoryBlobs {
  readonly blobs: Map<string, StoredBlob>;
  readonly transport: MakeFileTransport;
  /** Quotas, as the relay would answer. */
  full: 'room_storage_full' | 'device_storage_full' | 'relay_storage_full' | null;
  /** What a lying relay gives out in place of a blob. */
  lie: ((blob: Uint8Array, id: string) => Uint8Array) | null;
  /** Bytes that were taken since the beginning, in all blobs. */
  taken: number;
  /** Requests since the beginning, as `verb room blob`. */
  readonly requests: string[];
}

interface Options {
  /** Ids of blobs. */
  random(size: number): Uint8Array;
  pace?(stage: Stage): Promise<void>;
  /** Bytes of the next piece of an answer. */
  pieceSize?(): number;
  /** The relay's clock, by which tickets end; without it they are not looked at. */
  now?(): number;
}

export function createMemoryBlobs({ random, pace = async () => {}, pieceSize = () => 100_000, now }: Options): MemoryBlobs {
  const blobs = new Map<string, StoredBlob>();
  const busy = new Set<string>();
  const requests: string[] = [];
  const self: MemoryBlobs = { blobs, transport, full: null, lie: null, taken: 0, requests };

  function transport(ticketFor: Parameters<MakeFileTransport>[0]): FileTransport {
    /** The device that the ticket names; once more with another one where the relay refuses it. */
    async function admit(
      verb: Stage['verb'],
      room: string,
      blob: string,
      signal: AbortSignal,
    ): Promise<(at: Stage['at']) => Promise<void>> {
      signal.throwIfAborted();
      let bearer = read((await ticketFor(room, { renew: false, signal })).ticket);
      if (!bearer) bearer = read((await ticketFor(room, { renew: true, signal })).ticket);
      if (!bearer) throw new CodedError('ticket_refused');
      const { device } = bearer;
      requests.push(`${verb} ${blob}`);
      const stage = async (at: Stage['at']) => {
        await pace({ device, verb, at });
        // What the relay does by itself goes on without the other end.
        if (at !== 'commit') signal.throwIfAborted();
      };
      await stage('arrive');
      if (bearer.room !== room) throw new CodedError('unknown_file');
      return Object.assign(stage, { device });
    }

    const get = (room: string, blob: string): StoredBlob => {
      const stored = blobs.get(blob);
      if (!stored || stored.room !== room) throw new CodedError('unknown_file');
      return stored;
    };

    return {
      async create(room, length, signal) {
        const stage = (await admit('create', room, '-', signal)) as Admitted;
        if (self.full) throw new CodedError(self.full, { free: 0 });
        const blob = toHex(random(16));
        blobs.set(blob, { room, maker: stage.device, length, bytes: new Uint8Array(0), kept: false });
        await stage('answer');
        return { blob };
      },
      async offset(room, blob, signal) {
        const stage = await admit('offset', room, blob, signal);
        const { bytes, length } = get(room, blob);
        await stage('answer');
        return { offset: bytes.length, length };
      },
      async append(room, blob, offset, pieces, length, signal, onHandedOver) {
        onHandedOver?.();
        const stage = await admit('append', room, blob, signal);
        const stored = get(room, blob);
        if (busy.has(blob)) throw new CodedError('upload_busy');
        if (offset !== stored.bytes.length) throw new CodedError('wrong_offset', { offset: stored.bytes.length });
        if (self.full && stored.length === null) throw new CodedError(self.full, { free: 0 });
        busy.add(blob);
        try {
          for (const _ of pieces) await stage('travel');
        } catch (error) {
          busy.delete(blob);
          throw error;
        }
        const part = Uint8Array.from(Buffer.concat(pieces));
        // It has arrived, and counts, also where nobody is told any more.
        const written = stage('commit')
          .then(() => {
            stored.bytes = concat(stored.bytes, part);
            self.taken += part.length;
            if (length !== null) stored.length = length;
          })
          .finally(() => busy.delete(blob));
        written.catch(() => {});
        await orAborted(written, signal);
        await stage('answer');
      },
      async *fetch(room, blob, from, to, signal) {
        const stage = (await admit('fetch', room, blob, signal)) as Admitted;
        const stored = get(room, blob);
        if (stored.bytes.length !== stored.length) throw new CodedError('unknown_file');
        if (stage.device !== stored.maker) stored.kept = true;
        const bytes = self.lie ? self.lie(stored.bytes, blob) : stored.bytes;
        const end = Math.min(to ?? bytes.length, bytes.length);
        for (let at = from; at < end;) {
          await stage('travel');
          const piece = bytes.slice(at, Math.min(end, at + Math.max(1, pieceSize())));
          at += piece.length;
          yield piece;
        }
      },
      async keep(room, blob, signal) {
        const stage = await admit('keep', room, blob, signal);
        get(room, blob).kept = true;
        await stage('answer');
      },
      async remove(room, blob, signal) {
        const stage = (await admit('remove', room, blob, signal)) as Admitted;
        const stored = blobs.get(blob);
        if (stored && stored.maker !== stage.device) throw new CodedError('not_yours');
        if (stored?.room === room) blobs.delete(blob);
        await stage('answer');
      },
    };
  }

  /** As the relay writes them: version, room, device, until. Whether they are forged is for the relay's own tests. */
  function read(ticket: Uint8Array): { room: string; device: string } | undefined {
    const until = Number(new DataView(ticket.buffer, ticket.byteOffset).getBigUint64(49));
    if (now && until <= now()) return undefined;
    return { room: toHex(ticket.subarray(1, 17)), device: toHex(ticket.subarray(17, 49)) };
  }

  return self;
}

type Admitted = ((at: Stage['at']) => Promise<void>) & { readonly device: string };

/** A ticket such as the relay makes, for what is tested without one. */
export function makeTicket(room: string, device: Uint8Array, until: number): Uint8Array {
  const ticket = new Uint8Array(89);
  ticket.set(Buffer.from(room, 'hex'), 1);
  ticket.set(device, 17);
  new DataView(ticket.buffer).setBigUint64(49, BigInt(until));
  return ticket;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
