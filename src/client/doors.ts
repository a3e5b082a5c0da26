import { CodedError, equalBytes, SIZES, toHex } from '../protocol/index.ts';
import type { Client } from './api.ts';
import { normalizeName } from './content/index.ts';
import type { FrontDoor } from './front-door.ts';
import { prepareFounding } from './room/entering.ts';
import { isEntering } from './room/records.ts';
import type { RoomPorts } from './room/state.ts';
import type { Rooms } from './rooms.ts';

type Doors = Pick<Client, 'front' | 'found' | 'knock' | 'withdraw' | 'join'>;

/** Every way in. `relay`: the key of the relay that this device knows here, null before the first contact. */
export function createDoors(
  ports: RoomPorts,
  rooms: Rooms,
  frontDoor: FrontDoor,
  relay: () => Uint8Array | null,
  begin: (...parameters: Parameters<Rooms['begin']>) => Promise<string>,
): Doors {
  const phaseOf = (id: string) => rooms.find((state) => state.id === id)?.state.record.phase;

  const doors: Doors = {
    async front() {
      const { room, open, knock } = await frontDoor.ask();
      return { room: toHex(room), access: open ? 'open' : 'invited', canKnock: knock !== null };
    },

    async found(token, { name, title = '', access = 'invited' }) {
      const begun = rooms.find(
        ({ record }) => record.phase === 'founding' && record.entrance !== null && equalBytes(record.entrance, token),
      );
      if (begun) return rooms.inside(begun.state.id);
      const id = toHex(ports.random(SIZES.room));
      const start = { phase: 'founding', name: normalizeName(name), entrance: token, relay: relay() ?? new Uint8Array() } as const;
      return begin(id, start, (room, tx) => prepareFounding(room.state, ports, tx, { title, access }));
    },

    async knock({ name }) {
      const typed = normalizeName(name);
      const { room, open } = await frontDoor.ask();
      if (open) return doors.join({ room: toHex(room), secret: open }, { name });
      const id = toHex(room);
      const known = phaseOf(id);
      if (known === 'ready') return id;
      if (known !== undefined && isEntering(known)) return rooms.inside(id);
      return begin(id, { phase: 'knocking', name: typed, entrance: null, relay: frontDoor.relay() }, async () => {});
    },

    async withdraw(id) {
      const { state } = rooms.get(id);
      if (state.record.phase !== 'knocking') throw new CodedError('not_ready');
      ports.connection.send([{ t: 'withdraw', room: state.room }]);
      await rooms.forget(id, new CodedError('withdrawn'));
    },

    async join({ room: id, secret }, { name }) {
      const known = phaseOf(id);
      // Who waits at the door and finds the link need not wait.
      if (known !== undefined && known !== 'knocking' && isEntering(known)) return rooms.inside(id);
      if (known === 'ready') return id;
      if (known === 'knocking') await doors.withdraw(id);
      const start = { phase: 'joining', name: normalizeName(name), entrance: secret, relay: relay() ?? new Uint8Array() } as const;
      return begin(id, start, async () => {});
    },
  };
  return doors;
}
