import {
  type Access,
  commitChange,
  createGroup,
  createIdentity,
  createKeyPackage,
  decodeGroup,
  deriveLinkKeys,
  describeGroup,
  encodeGroup,
  type Group,
  type Identity,
  joinByLink,
  joinByWelcome,
  openCommit,
  openInfo,
  openMessage,
  type RoomContext,
  sealInfo,
  sealMessage,
} from '../../src/crypto/index.ts';

/** A device in a test: its key and its state of the room. */
export interface Person {
  readonly identity: Identity;
  group: Group;
}

export const utf8 = (text: string) => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
export const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
export const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
export const none = new Uint8Array();

export async function found(title = 'The room', access: Access = 'invited'): Promise<Person> {
  const identity = await createIdentity();
  const direct = access === 'direct';
  const context = { link: direct ? null : random(32), founder: identity.device, removers: [], title: direct ? '' : title, access };
  return { identity, group: await createGroup(identity, random(16), context) };
}

export function linkOf(group: Group): Uint8Array {
  if (!group.context.link) throw new Error('the link is closed');
  return group.context.link;
}

/** Brings a device in by the link that `host` knows, and lets everybody in the room open its commit. */
export async function enter(room: Person[], host: Person, identity?: Identity): Promise<Person> {
  const own = identity ?? (await createIdentity());
  const secret = linkOf(host.group);
  const { infoKey } = await deriveLinkKeys(secret);
  const info = await openInfo(infoKey, await sealInfo(infoKey, await describeGroup(host.group)));
  const { group, sealed } = await joinByLink(own, host.group.room, info, secret, utf8('hello'));
  for (const person of room) person.group = (await openCommit(person.group, sealed)).group;
  const newcomer = { identity: own, group };
  room.push(newcomer);
  return newcomer;
}

/** `host` takes a device in by its key package, and everybody in the room opens that commit. One that is in already is taken in anew. */
export async function admit(room: Person[], host: Person, identity?: Identity): Promise<Person> {
  const own = identity ?? (await createIdentity());
  const keyPackage = await createKeyPackage(own);
  const { group, sealed, welcome } = await commitChange(host.group, { kind: 'add', keyPackage: keyPackage.body }, utf8('come in'));
  if (!welcome) throw new Error('no Welcome');
  for (const person of room) if (person !== host) person.group = (await openCommit(person.group, sealed)).group;
  host.group = group;
  const newcomer = { identity: own, group: (await joinByWelcome(own, host.group.room, welcome, keyPackage)).group };
  const older = room.findIndex(({ identity: { device } }) => hex(device) === hex(own.device));
  if (older >= 0) room.splice(older, 1);
  room.push(newcomer);
  return newcomer;
}

/** The founder and `count - 1` others who came in by the link, one after the other. */
export async function gather(count: number): Promise<Person[]> {
  const founder = await found();
  const room = [founder];
  while (room.length < count) await enter(room, founder);
  return room;
}

/** Changes the room's context by one, for all. */
export async function change(room: Person[], author: Person, wish: Partial<RoomContext>): Promise<void> {
  const context = { ...author.group.context, ...wish };
  const { group, sealed } = await commitChange(author.group, { kind: 'context', context }, utf8('change'));
  for (const person of room) if (person !== author) person.group = (await openCommit(person.group, sealed)).group;
  author.group = group;
}

export async function say(from: Person, content: string, to: Person[]): Promise<string[]> {
  const { group, sealed } = await sealMessage(from.group, utf8(content), utf8('id'));
  from.group = group;
  const heard: string[] = [];
  for (const person of to) {
    const opened = await openMessage(person.group, sealed);
    person.group = opened.group;
    heard.push(`${hex(opened.sender).slice(0, 8)}: ${text(opened.content)}`);
  }
  return heard;
}

export async function restart(person: Person): Promise<void> {
  person.group = await decodeGroup(encodeGroup(person.group), person.identity);
}

/** The GroupError code of what should fail, with its reason: `code: reason`. */
export async function refusal(step: Promise<unknown>): Promise<string> {
  return step.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
