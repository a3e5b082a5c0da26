import { toHex } from '../../protocol/index.ts';
import { type Profile, verifyProfile } from '../content/index.ts';
import type { RoomState } from './state.ts';

/** @returns true when the name is new here. Forged and older profiles are ignored. */
export async function learnProfile(state: RoomState, device: Uint8Array, claimed: unknown): Promise<boolean> {
  const profile = await verifyProfile(device, state.room, claimed);
  const known = state.record.profiles[toHex(device)];
  if (!profile || (known && known.version >= profile.version)) return false;
  state.record.profiles[toHex(device)] = profile satisfies Profile;
  return known?.name !== profile.name;
}
