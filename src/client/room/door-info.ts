import { decode, encode } from 'cborg';
import * as v from 'valibot';
import { deriveLinkKeys, describeGroup, type Group, GroupError, openInfo, sealInfo } from '../../crypto/index.ts';
import { CodedError, fromHex } from '../../protocol/index.ts';
import type { Profile } from '../content/index.ts';
import { sha256 } from './hash.ts';

/** What waits at the relay for a newcomer, sealed under the link: how the group stands, and its members' signed names. */
export interface DoorInfo {
  readonly groupInfo: Uint8Array;
  readonly profiles: ReadonlyArray<readonly [device: Uint8Array, profile: unknown]>;
}

const bytes = v.instance(Uint8Array);
const schema = v.strictTuple([v.literal(0), bytes, v.array(v.strictTuple([bytes, v.unknown()]))]);

/** The sealed door information and the hash of the door's token; both null while the link is closed. */
export async function describeDoor(
  group: Group,
  profiles: Readonly<Record<string, Profile>>,
): Promise<{ info: Uint8Array | null; door: Uint8Array | null }> {
  const { link } = group.context;
  if (!link) return { info: null, door: null };
  const { infoKey, doorToken } = await deriveLinkKeys(link);
  const members = new Set(group.members.map((member) => member.toString()));
  const known = Object.entries(profiles)
    .map(([device, profile]) => [fromHex(device) as Uint8Array, profile] as const)
    .filter(([device]) => members.has(device.toString()));
  return { info: await sealInfo(infoKey, encode([0, await describeGroup(group), known])), door: sha256(doorToken) };
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
