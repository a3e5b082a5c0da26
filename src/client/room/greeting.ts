import { decode, encode } from 'cborg';
import * as v from 'valibot';
import { deriveLinkKeys, type Group, openInfo, sealInfo } from '../../crypto/index.ts';
import { toHex } from '../../protocol/index.ts';
import { type Profile, verifyLeaving } from '../content/index.ts';

/**
 * The authenticated data of a commit: the id its entry must have; where the author comes in by it, its signed name sealed
 * under the link, so that members can greet a person and the relay cannot; and the word of those it takes out because
 * they left.
 */
export interface Greeting {
  readonly id: Uint8Array;
  readonly leavings: readonly Leaving[];
  readonly profile?: unknown;
}

export type Leaving = readonly [device: Uint8Array, signature: Uint8Array];

const sized = (size: number) => v.custom<Uint8Array>((x) => x instanceof Uint8Array && x.length === size);
const leavings = v.pipe(v.array(v.strictTuple([sized(32), sized(64)])), v.maxLength(64));
const schema = v.strictTuple([sized(16), v.nullable(v.instance(Uint8Array)), leavings]);

/** For a commit of a member. */
export function encodeGreeting(id: Uint8Array, left: readonly Leaving[]): Uint8Array {
  return encode([id, null, left]);
}

/** For the commit by which a newcomer comes in. */
export async function sealGreeting(id: Uint8Array, profile: Profile, link: Uint8Array): Promise<Uint8Array> {
  return encode([id, await sealInfo((await deriveLinkKeys(link)).greetingKey, encode(profile)), []]);
}

/** Devices in hex whose word that they leave comes with the commit and is theirs. */
export async function departedBy(group: Group, aad: Uint8Array): Promise<ReadonlySet<string>> {
  const departed = new Set<string>();
  for (const [device, signature] of (await openGreeting(group, aad))?.leavings ?? []) {
    if (await verifyLeaving(group, device, signature)) departed.add(toHex(device));
  }
  return departed;
}

/** @returns undefined when it is malformed; the profile is unverified. */
export async function openGreeting(group: Group, aad: Uint8Array): Promise<Greeting | undefined> {
  try {
    const parsed = v.safeParse(schema, decode(aad));
    if (!parsed.success) return undefined;
    const [id, sealed, left] = parsed.output;
    const link = group.context.link;
    if (!sealed || !link) return { id, leavings: left };
    return { id, leavings: left, profile: decode(await openInfo((await deriveLinkKeys(link)).greetingKey, sealed)) };
  } catch {
    return undefined;
  }
}
