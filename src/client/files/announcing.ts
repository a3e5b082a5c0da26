import { CodedError, fromHex, toHex } from '../../protocol/index.ts';
import { enqueue } from '../room/outbox.ts';
import { keys } from '../room/records.ts';
import type { RoomPorts } from '../room/state.ts';
import type { Rooms } from '../rooms.ts';
import { encodeTransfer } from './journal.ts';
import type { LiveUpload } from './live.ts';

/** The messages that name files, on their way out. */
export interface Announcing {
  /** The message, and the word that it is there, in one transaction. Rejects with `peer_left`, `left` …, `storage_failed`. */
  announce(upload: LiveUpload): Promise<void>;
  /** Takes an own message back. Once the log has that, the blob goes too. Rejects with `left` … */
  takeBack(room: string, message: string): Promise<void>;
}

export function createAnnouncing(ports: RoomPorts, rooms: Rooms): Announcing {
  return {
    async announce({ journal }) {
      const { room, blob, key, safe, name, type, folder, preview } = journal.record;
      const content = { name, type, size: safe.plain, folder, preview };
      const body = { kind: 'file' as const, blob: bytesOf(blob as string), key, hash: safe.chain, ...content };
      try {
        await journal.exclusive(() =>
          rooms.get(room).act((tx) => {
            const { id } = enqueue(rooms.get(room).state, ports, tx, body);
            const announced = { ...journal.record, message: toHex(id) };
            tx.put(keys.transfer(announced.id), encodeTransfer(announced));
            journal.note(announced);
          }),
        );
      } catch (error) {
        journal.note({ ...journal.record, message: null });
        // The room could not write: it is tried again, as all that disks refuse.
        if (error instanceof CodedError && error.code === 'internal') throw new CodedError('storage_failed');
        throw error;
      }
    },

    async takeBack(id, message) {
      const { state, act } = rooms.get(id);
      await act((tx) => {
        const known = state.outbox.some(({ body }) => body?.kind === 'delete' && toHex(body.id) === message);
        if (!known) enqueue(state, ports, tx, { kind: 'delete', id: bytesOf(message) });
      });
    },
  };
}

const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;
