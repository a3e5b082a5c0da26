import * as v from 'valibot';
import { type Identity, verifySignature } from '../../crypto/index.ts';
import { CodedError, concatBytes, utf8 } from '../../protocol/index.ts';
import { LIMITS_OF_CONTENT, profileSchema } from './kinds.ts';

/**
 * A member's name, signed by its device for one room, so that whoever passes it on to a newcomer cannot change it.
 */
export type Profile = v.InferOutput<typeof profileSchema>;

function profileBytes(room: Uint8Array, name: string, version: number): Uint8Array {
  return concatBytes(utf8('corrillo profile v0\0'), room, utf8(`${version}\0${name}`));
}

export async function signProfile(identity: Identity, room: Uint8Array, name: string, version: number): Promise<Profile> {
  return { name, version, signature: await identity.sign(profileBytes(room, name, version)) };
}

export async function verifyProfile(device: Uint8Array, room: Uint8Array, profile: unknown): Promise<Profile | undefined> {
  const parsed = v.safeParse(profileSchema, profile);
  if (!parsed.success) return undefined;
  const { name, version, signature } = parsed.output;
  return (await verifySignature(device, profileBytes(room, name, version), signature)) ? parsed.output : undefined;
}

/** A name as a person typed it: trimmed, NFC, without control or bidirectional characters. @throws CodedError `name_required`, `name_too_long` */
export function normalizeName(typed: string): string {
  const name = typed
    .normalize('NFC')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (name === '') throw new CodedError('name_required');
  if (name.length > LIMITS_OF_CONTENT.name) throw new CodedError('name_too_long', { max: LIMITS_OF_CONTENT.name });
  return name;
}
