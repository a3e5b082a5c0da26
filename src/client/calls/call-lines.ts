import { toHex } from '../../protocol/index.ts';
import type { CallMember } from '../api.ts';
import { type Called, decodeRecord, encodeRecord, keys } from '../room/records.ts';
import type { RoomPorts, RoomState, Transaction } from '../room/state.ts';
import type { Rooms } from '../rooms.ts';
import { CALL_LIMITS } from './limits.ts';
import { createNamedTimers } from './named-timers.ts';
import type { OwnCall } from './own-call.ts';
import type { RoomCall } from './room-call.ts';

/**
 * Lines in the history that there was a call. The relay keeps nothing of calls, and no message says it: each device writes what it saw itself, once, and
 * what it saw outlives the program.
 */
export interface CallLines {
  /** Who is in may be different. @param own the call that this device is in, where it is this room's */
  look(room: string, call: RoomCall | undefined, own: OwnCall | null): void;
  forget(room: string): void;
  close(): void;
}

/** Whether there is a call; absent: nobody knows, since there is no connection, or it came a moment ago. */
type Known = 'on' | 'none';

const nothing: Called = { lines: 0, on: null };

export function createCallLines({ store, clock, connection, identity }: RoomPorts, rooms: Rooms): CallLines {
  const device = toHex(identity.device);
  const knownByRoom = new Map<string, Known>();
  const timers = createNamedTimers<string>(clock);

  /** @param starter null: it may have begun long ago */
  function begin(room: string, starter: CallMember | null): void {
    const now = clock.now();
    write(room, async (state, tx) => {
      const { lines, on } = await readCalled(state, tx);
      // This device was in it, or saw it, before it lost the connection or was started again.
      if (on) return;
      if (!starter) return tx.put(keys.called(room), encodeRecord({ lines, on: { from: null, device: '', name: '', own: false } }));
      const { name, own } = starter;
      await addLine(state, tx, lines, { at: now, device: starter.device, from: name, own, kind: 'call-begun' });
      tx.put(keys.called(room), encodeRecord({ lines: lines + 1, on: { from: now, device: starter.device, name, own } }));
    });
  }

  /** @param seen by this device, in this moment */
  function end(room: string, seen: boolean): void {
    const now = clock.now();
    write(room, async (state, tx) => {
      const { lines, on } = await readCalled(state, tx);
      if (!on) return;
      const { from, name, own } = on;
      const lasted = seen && from !== null ? Math.max(0, now - from) : null;
      await addLine(state, tx, lines, { at: now, device: on.device, from: name, own, kind: 'call-ended', lasted });
      tx.put(keys.called(room), encodeRecord({ lines: lines + 1, on: null }));
    });
  }

  async function readCalled({ id }: RoomState, tx: Transaction): Promise<Called> {
    const found = await tx.read(keys.called(id));
    return found ? decodeRecord<Called>(found) : nothing;
  }

  type Line = { at: number; device: string; from: string; own: boolean } & (
    | { kind: 'call-begun' }
    | { kind: 'call-ended'; lasted: number | null }
  );

  async function addLine({ id, record }: RoomState, tx: Transaction, number: number, line: Line): Promise<void> {
    const before = await store.list(keys.ownItems(id, record.seq));
    for (const [key] of before.slice(0, Math.max(0, before.length + 1 - CALL_LIMITS.lines))) tx.put(key, null);
    tx.addItem({ seq: record.seq, ...line }, keys.ownItem(id, record.seq, number));
  }

  function isLive(room: string): boolean {
    const state = rooms.has(room) ? rooms.get(room).state : undefined;
    return state?.record.phase === 'ready' && state.live;
  }

  /** What fails here is the room's to mend: it is loaded again, and the next look finds what was not written. */
  function write(room: string, step: (state: RoomState, tx: Transaction) => Promise<void>): void {
    const { state, act } = rooms.get(room);
    act((tx) => step(state, tx)).catch(() => knownByRoom.delete(room));
  }

  return {
    look(room, call, own) {
      const known = knownByRoom.get(room);
      const members = call?.shown?.members ?? [];
      if (!connection.up || !isLive(room)) {
        knownByRoom.delete(room);
        return timers.cancel(room);
      }
      if (members.length > 0) {
        timers.cancel(room);
        if (known === 'on') return;
        knownByRoom.set(room, 'on');
        // Who rings began it, and so did who is alone in it here; of others it is only known where there was none.
        const ringing = members.find((member) => member.device === call?.shown?.ringing?.device);
        const first = members[0] as CallMember;
        return begin(room, ringing ?? (known === 'none' || members.every((member) => member.own) ? first : null));
      }
      // What is lost comes back; who is listed may be about to say that it is in.
      if (own?.stage.at === 'waiting' || call?.roster.listed.some((listed) => own || listed !== device)) return timers.cancel(room);
      if (known === 'on') {
        knownByRoom.set(room, 'none');
        end(room, true);
      } else if (known === undefined && !timers.runs(room))
        timers.after(room, CALL_LIMITS.nobodyIn, () => {
          knownByRoom.set(room, 'none');
          end(room, false);
        });
    },
    forget(room) {
      knownByRoom.delete(room);
      timers.cancel(room);
    },
    close: () => timers.cancelAll(),
  };
}
