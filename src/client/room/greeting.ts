import { decode, encode } from 'cborg';
import * as v from 'valibot';
import { deriveLinkKeys, type Group, openForEpoch, openInfo, sealForEpoch, sealInfo } from '../../crypto/index.ts';
import { CodedError, toHex } from '../../protocol/index.ts';
import { type Profile, verifyLeaving } from '../content/index.ts';

/**
 * The authenticated data of a commit: the id its entry must have; the signed name of who comes in by it, sealed so that members
 * can greet a person and the relay cannot; and the word of those it takes out because they left.
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

/** For a commit of a member that takes nobody in, or one whose name will come from itself. */
export function encodeGreeting(id: Uint8Array, left: readonly Leaving[]): Uint8Array {
  return encode([id, null, left]);
}

/** For a commit by which a member takes a newcomer in: what all members can open is sealed for the epoch that it ends. */
export async function sealIntroduction(id: Uint8Array, profile: Profile, group: Group): Promise<Uint8Array> {
  return encode([id, await sealForEpoch(group, GREETING, encode(profile)), []]);
}

const GREETING = 'greeting';

/** For the commit by which a newcomer comes in. */
export async function sealGreeting(id: Uint8Array, profile: Profile, link: Uint8Array): Promise<Uint8Array> {
  return encode([id, await sealInfo((await deriveLinkKeys(link)).greetingKey, encode(profile)), []]);
}

/** Devices in hex whose word that they leave comes with the commit and is theirs. */
export async function departedBy(group: Group, aad: Uint8Array): Promise<ReadonlySet<string>> {
  const departed = new Set<string>();
  for (const [device, signature] of parse(aad)?.[2] ?? []) {
    if (await verifyLeaving(group, device, signature)) departed.add(toHex(device));
  }
  return departed;
}

/**
 * @param external whether the author came in by the commit itself
 * @returns undefined when it is malformed; the profile is unverified.
 */
export async function openGreeting(group: Group, aad: Uint8Array, external: boolean): Promise<Greeting | undefined> {
  const parsed = parse(aad);
  if (!parsed) return undefined;
  const [id, sealed, left] = parsed;
  if (!sealed) return { id, leavings: left };
  try {
    return {
      id,
      leavings: left,
      profile: decode(external ? await openByLink(group, sealed) : await openForEpoch(group, GREETING, sealed)),
    };
  } catch {
    return undefined;
  }
}

async function openByLink({ context: { link } }: Group, sealed: Uint8Array): Promise<Uint8Array> {
  if (!link) throw new CodedError('link_closed');
  return openInfo((await deriveLinkKeys(link)).greetingKey, sealed);
}

function parse(aad: Uint8Array): v.InferOutput<typeof schema> | undefined {
  try {
    const parsed = v.safeParse(schema, decode(aad));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
