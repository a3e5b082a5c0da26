import { decode, encode } from 'cborg';
import * as v from 'valibot';
import {
  type Group,
  GroupError,
  joinByWelcome,
  openForEpoch,
  type OwnKeyPackage,
  sealForEpoch,
  type Welcomed,
} from '../../crypto/index.ts';
import { CodedError, LIMITS } from '../../protocol/index.ts';
import type { Profile } from '../content/index.ts';
import { profilesOf } from './door-info.ts';
import { learnProfile } from './profiles.ts';
import type { RoomPorts, RoomState } from './state.ts';

/** What a newcomer is handed that somebody takes in: MLS' Welcome, and beside it the members' signed names, sealed for the epoch it opens. */
const NAMES = 'names';

const bytes = v.instance(Uint8Array);
const schema = v.strictTuple([v.literal(0), bytes, bytes]);
const namesSchema = v.pipe(v.array(v.strictTuple([bytes, v.unknown()])), v.maxLength(LIMITS.members));

export async function sealWelcome(next: Group, welcome: Uint8Array, profiles: Readonly<Record<string, Profile>>): Promise<Uint8Array> {
  return encode([0, welcome, await sealForEpoch(next, NAMES, encode(profilesOf(next, profiles)))]);
}

/** @throws CodedError `cannot_open_welcome` when it is malformed */
export function readWelcome(sealed: Uint8Array): { readonly welcome: Uint8Array; readonly names: Uint8Array } {
  const parsed = v.safeParse(schema, decodeOrRefuse(sealed));
  if (!parsed.success) throw new CodedError('cannot_open_welcome');
  return { welcome: parsed.output[1], names: parsed.output[2] };
}

/** Comes in by a Welcome. @throws CodedError `cannot_open_welcome` */
export async function openWelcome(
  { identity }: Pick<RoomPorts, 'identity'>,
  room: Uint8Array,
  sealed: Uint8Array,
  own: Pick<OwnKeyPackage, 'body' | 'secret'>,
): Promise<Welcomed> {
  try {
    return await joinByWelcome(identity, room, readWelcome(sealed).welcome, own);
  } catch (error) {
    if (error instanceof GroupError) throw new CodedError('cannot_open_welcome', { reason: error.reason });
    throw error;
  }
}

/** Learns the names that came with it; without them everybody is called nothing until they say their name again. */
export async function learnNames(state: RoomState, group: Group, sealed: Uint8Array): Promise<void> {
  try {
    const names = v.safeParse(namesSchema, decode(await openForEpoch(group, NAMES, readWelcome(sealed).names)));
    if (names.success) for (const [device, profile] of names.output) await learnProfile(state, device, profile);
  } catch {
    // Nonsense from whoever took this device in: people say their names again, and the way in stays open.
  }
}

function decodeOrRefuse(sealed: Uint8Array): unknown {
  try {
    return decode(sealed);
  } catch {
    throw new CodedError('cannot_open_welcome');
  }
}
