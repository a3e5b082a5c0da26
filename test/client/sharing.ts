import type { FileItem, Transfer } from '../../src/client/index.ts';
import { bytesOf } from '../support/bytes.ts';
import type { Person, World } from '../sim/world.ts';
import { eventsOf, joined, settle, until, withRoom } from './settling.ts';

/** Ana and Juan in a room. */
export async function withTwo(seed: number): Promise<{ world: World; room: string; ana: Person; juan: Person }> {
  const { world, room, ana } = await withRoom(seed);
  return { world, room, ana, juan: await joined(world, room, ana, 'Juan') };
}

/** Begins to send a file of `size` bytes. @returns the transfer's id */
export async function upload(world: World, person: Person, room: string, name: string, size: number, pipe = false): Promise<string> {
  person.places.files.set(name, bytesOf(size));
  return settle(world, person.client?.files.upload(room, person.places.source(name, { pipe })));
}

/** Sends it, and waits until the other one has heard of it. */
export async function share(world: World, from: Person, to: Person, room: string, name: string, size: number): Promise<FileItem> {
  await upload(world, from, room, name, size);
  const item = await fileIn(world, to, room, name);
  await until(world, () => from.client?.files.transfers().length === 0 && remains(from).length === 0);
  return item;
}

/** The file of that name, once it has come. */
export async function fileIn(world: World, person: Person, room: string, name: string): Promise<FileItem> {
  const find = () =>
    eventsOf(person, 'item').flatMap((one) =>
      one.room === room && one.item.kind === 'file' && one.item.file.name === name ? [one.item] : [],
    )[0];
  await until(world, () => find() !== undefined);
  return find() as FileItem;
}

/** What stands on a device under this name, once it is there and nothing more is under way. */
export async function received(world: World, person: Person, name: string): Promise<Uint8Array | undefined> {
  await until(world, () => person.places.files.has(name) && person.client?.files.transfers().length === 0);
  return person.places.files.get(name);
}

export const transferOf = (person: Person, id: string): Transfer | undefined =>
  person.client?.files.transfers().find((one) => one.id === id);

/** How a transfer ended, once it has. */
export async function outcome(
  world: World,
  person: Person,
  id: string,
): Promise<{ state: Transfer['state']; code: string | undefined; path: string | null }> {
  const ended = () =>
    eventsOf(person, 'transfer')
      .map(({ transfer }) => transfer)
      .find((one) => one.id === id && ['done', 'failed', 'cancelled'].includes(one.state));
  const isForgotten = () => transferOf(person, id) === undefined && !person.values.has(`transfer/${id}`);
  await until(world, () => ended() !== undefined && isForgotten());
  const { state, error, path } = ended() as Transfer;
  return { state, code: error?.code, path };
}

/** What a device keeps of transfers, and still owes the relay. */
export const remains = ({ values }: Person): string[] => [...values.keys()].filter((key) => /^(transfer|owed)\//.test(key));
