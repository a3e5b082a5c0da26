import { CodedError, fromHex, SIZES, toHex } from '../protocol/index.ts';
import type { Client, Member } from './api.ts';
import { formatComparison, readComparison } from './comparison-code.ts';
import { deviceWords } from './device-words.ts';
import { groupOf } from './room/items.ts';
import type { RoomPorts } from './room/state.ts';
import { viewOf } from './room/view.ts';
import type { Rooms } from './rooms.ts';

type Comparing = Pick<Client, 'words' | 'verify' | 'comparisonCode' | 'compare'>;

/** Devices and the people who hold them. */
export function createComparing(ports: RoomPorts, rooms: Rooms): Comparing {
  const comparing: Comparing = {
    words(of) {
      const key = fromHex(of);
      if (key?.length !== SIZES.device) throw new CodedError('no_such_member');
      return deviceWords(key);
    },

    async verify(of, how) {
      if (!rooms.find(({ record, group }) => record.profiles[of] !== undefined || Boolean(group?.members.some((one) => toHex(one) === of))))
        throw new CodedError('no_such_member');
      await ports.comparisons.set(of, how, ports.clock.now());
      for (const { state } of rooms.all()) ports.emit({ event: 'changed', room: state.id });
    },

    comparisonCode: (id) => formatComparison(groupOf(rooms.get(id).state)),

    async compare(id, code) {
      const of = readComparison(groupOf(rooms.get(id).state), code);
      await comparing.verify(of, 'qr');
      return viewOf(rooms.get(id).state, ports).members.find((member) => member.device === of) as Member;
    },
  };
  return comparing;
}
