import { decode, encode } from 'cborg';
import * as v from 'valibot';
import { deriveLinkKeys, describeGroup, type Group, GroupError, openInfo, sealInfo } from '../../crypto/index.ts';
import { CodedError, toHex } from '../../protocol/index.ts';
import type { Profile } from '../content/index.ts';
import { sha256 } from './hash.ts';

/** What waits at the relay for a newcomer, sealed under the link: how the group stands, and its members' signed names. */
export interface DoorInfo {
  readonly groupInfo: Uint8Array;
  readonly profiles: ReadonlyArray<readonly [device: Uint8Array, profile: unknown]>;
}

const bytes = v.instance(Uint8Array);
const schema = v.strictTuple([v.literal(0), bytes, v.array(v.strictTuple([bytes, v.unknown()]))]);

/** A room's door as the relay knows it. */
export interface DoorFacts {
  /** SHA-256 of the door's token; null while the link is closed. */
  readonly door: Uint8Array | null;
  /** What knocks are sealed to, where somebody may be admitted. */
  readonly knock?: Uint8Array;
  /** The link's secret, in an open room. */
  readonly open?: Uint8Array;
}

/** What the relay is told of a group's door: what it must be told by whoever moves it. */
export async function doorOf({ context: { link, access } }: Group): Promise<DoorFacts> {
  if (!link) return { door: null };
  const { doorToken, knock } = await deriveLinkKeys(link);
  return { door: sha256(doorToken), knock: knock.publicKey, ...(access === 'open' ? { open: link } : {}) };
}

/** The sealed door information; null while the link is closed. */
export async function sealDoorInfo(group: Group, profiles: Readonly<Record<string, Profile>>): Promise<Uint8Array | null> {
  const { link } = group.context;
  if (!link) return null;
  const { infoKey } = await deriveLinkKeys(link);
  return sealInfo(infoKey, encode([0, await describeGroup(group), profilesOf(group, profiles)]));
}

/** The signed names of a group's members, as they travel. */
export function profilesOf(
  group: Group,
  profiles: Readonly<Record<string, Profile>>,
): Array<readonly [device: Uint8Array, profile: Profile]> {
  return group.members.flatMap((member) => {
    const profile = profiles[toHex(member)];
    return profile ? [[member, profile] as const] : [];
  });
}

/** @throws CodedError `wrong_link` when the secret does not open it */
export async function openDoorInfo(secret: Uint8Array, sealed: Uint8Array): Promise<DoorInfo> {
  try {
    const { infoKey } = await deriveLinkKeys(secret);
    const parsed = v.safeParse(schema, decode(await openInfo(infoKey, sealed)));
    if (!parsed.success) throw new CodedError('wrong_link');
    return { groupInfo: parsed.output[1], profiles: parsed.output[2] };
  } catch (error) {
    if (error instanceof GroupError) throw new CodedError('wrong_link');
    throw error;
  }
}
