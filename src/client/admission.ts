import { CodedError, fromHex, toHex } from '../protocol/index.ts';
import type { Client } from './api.ts';
import { admitKnock } from './room/knocks.ts';
import type { RoomPorts } from './room/state.ts';
import { viewOf } from './room/view.ts';
import type { Rooms } from './rooms.ts';

/** What members do about who is in the room. */
export function createAdmission(ports: RoomPorts, rooms: Rooms): Pick<Client, 'invite' | 'remove' | 'admit' | 'deny'> {
  const { identity, connection } = ports;
  const device = toHex(identity.device);

  return {
    async invite(id) {
      if (viewOf(rooms.get(id).state, ports).access === 'direct') throw new CodedError('not_allowed');
      await rooms.intend(id, { kind: 'open-link' }, ({ group, record }) => Boolean(group?.context.link) && record.intents.length === 0);
      const secret = rooms.get(id).state.group?.context.link;
      if (!secret) throw new CodedError('link_closed');
      return { room: id, secret };
    },

    async remove(id, target) {
      const view = viewOf(rooms.get(id).state, ports);
      if (target === device) throw new CodedError('remove_self');
      if (!view.members.some((member) => member.device === target)) throw new CodedError('no_such_member');
      if (!view.canRemove) throw new CodedError('not_allowed');
      await rooms.intend(id, { kind: 'remove', device: target }, ({ group, record }) => {
        return record.intents.length === 0 && !group?.members.some((member) => toHex(member) === target);
      });
    },

    async admit(id, newcomer) {
      const { state, act } = rooms.get(id);
      const admitted = rooms.awaitArrival(id, newcomer);
      await act((tx) => admitKnock(state, tx, newcomer));
      await admitted.done;
    },

    async deny(id, newcomer) {
      const { state } = rooms.get(id);
      const key = fromHex(newcomer);
      if (!key || !state.knocks.has(newcomer)) throw new CodedError('no_such_knock');
      if (!connection.send([{ t: 'deny', room: state.room, device: key }])) throw new CodedError('offline');
    },
  };
}
