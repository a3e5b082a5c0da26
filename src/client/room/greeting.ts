import { decode, encode } from 'cborg';
import * as v from 'valibot';
import { deriveLinkKeys, type Group, openInfo, sealInfo } from '../../crypto/index.ts';
import type { Profile } from '../content/index.ts';

/**
 * The authenticated data of a commit: the id its entry must have and, where the author comes in by it, its signed name
 * sealed under the link, so that members can greet a person and the relay cannot.
 */
export interface Greeting {
  readonly id: Uint8Array;
  readonly profile?: unknown;
}

const schema = v.strictTuple([v.custom<Uint8Array>((x) => x instanceof Uint8Array && x.length === 16), v.nullable(v.instance(Uint8Array))]);

export async function sealGreeting(id: Uint8Array, profile: Profile | null, link: Uint8Array | null): Promise<Uint8Array> {
  const sealed = profile && link ? await sealInfo((await deriveLinkKeys(link)).greetingKey, encode(profile)) : null;
  return encode([id, sealed]);
}

/** @returns undefined when it is malformed; the profile is unverified. */
export async function openGreeting(group: Group, aad: Uint8Array): Promise<Greeting | undefined> {
  try {
    const parsed = v.safeParse(schema, decode(aad));
    if (!parsed.success) return undefined;
    const [id, sealed] = parsed.output;
    const link = group.context.link;
    if (!sealed || !link) return { id };
    return { id, profile: decode(await openInfo((await deriveLinkKeys(link)).greetingKey, sealed)) };
  } catch {
    return undefined;
  }
}
