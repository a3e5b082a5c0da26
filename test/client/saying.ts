import { createMemoryStore } from '../../src/client/index.ts';
import type { BodyOf } from '../../src/client/content/index.ts';
import { decodeRoomRecord, encodeRecord, keys } from '../../src/client/room/records.ts';
import { sealStore } from '../../src/client/vaulted-store.ts';
import { createVault } from '../../src/crypto/index.ts';
import { randomBytes } from 'node:crypto';
import { VAULT_KEY, type Person, type World } from '../sim/world.ts';
import { until } from './settling.ts';

/** Has a member say what its own program never would: the line is laid into its outbox while it does not run. */
export async function sayAs(world: World, person: Person, room: string, body: BodyOf<'file' | 'delete'>): Promise<void> {
  await until(world, () => person.client?.view(room).pending.length === 0 && !world.disks.busy);
  await person.kill();
  const store = sealStore(createMemoryStore(person.values), await createVault(VAULT_KEY));
  const record = decodeRoomRecord((await store.get(keys.record(room))) as Uint8Array);
  record.sent += 1;
  const item = {
    order: record.sent,
    n: record.sent,
    id: new Uint8Array(randomBytes(16)),
    at: 1,
    kind: body.kind,
    text: '',
    style: 'plain',
  } as const;
  await store.write(
    new Map([
      [keys.record(room), encodeRecord(record)],
      [keys.outItem(room, record.sent), encodeRecord({ ...item, profile: null, body, sealed: null })],
    ]),
  );
  await world.restart(person);
}
