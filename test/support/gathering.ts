import { joinAsFounder } from '../file-process/member.ts';
import { comeByTls, type NativeGuest } from '../server/guest.ts';
import type { JsonEvent } from './programs.ts';

/** The room that `gather` makes. */
export const ROOM = new Uint8Array(16).fill(0x0a);

/** Members of one room, all of them following it. */
export async function gather(listening: JsonEvent, count: number): Promise<NativeGuest[]> {
  const { guest: founder } = await joinAsFounder(listening);
  const guests = [founder];
  for (let epoch = 0; epoch < count - 1; epoch++) {
    const guest = await comeByTls(listening['ports'].chat);
    await guest.prove();
    await commit(founder, epoch, { adds: [guest.keys.device], removes: [] });
    guests.push(guest);
  }
  for (const guest of guests) {
    guest.tell({ t: 'follow', q: 1, room: ROOM, after: 0 });
    await guest.next('page');
  }
  return guests;
}

export async function commit(guest: NativeGuest, epoch: number, change: { adds: Uint8Array[]; removes: Uint8Array[] }): Promise<void> {
  const id = Buffer.alloc(16, epoch + 1);
  const welcome = change.adds.length > 0 ? { welcome: Uint8Array.of(1) } : {};
  guest.tell({ t: 'append', room: ROOM, id, kind: 'commit', epoch, body: Uint8Array.of(1), change, ...welcome });
  await guest.next('stored');
}
