import { concatBytes, utf8 } from './bytes.ts';
import { GroupError } from './contract.ts';
import { LABELS } from './labels.ts';
import { guard } from './mls/errors.ts';
import { getSuite } from './mls/suite.ts';

/** `enc`, the ephemeral X25519 key of RFC 9180 section 4.1, before the ciphertext. */
const ENC = 32;
const TAG = 16;

/**
 * What a stranger tells a room through its closed door: HPKE base mode (RFC 9180 section 6.1) with the suite's own algorithms. It is bound to
 * the room and to the device that the relay has seen prove itself, so that nobody can show another's knock as its own.
 *
 * @throws GroupError `unreadable` when `publicKey`, which the relay told, is no key that anything can be sealed to
 */
export async function sealKnock(publicKey: Uint8Array, room: Uint8Array, device: Uint8Array, content: Uint8Array): Promise<Uint8Array> {
  const { hpke } = await getSuite();
  return guard(async () => {
    const key = await hpke.importPublicKey(publicKey);
    const { enc, ct } = await hpke.seal(key, content, utf8(LABELS.knockInfo), concatBytes(room, device));
    return concatBytes(enc, ct);
  });
}

/** @throws GroupError `unreadable` */
export async function openKnock(privateKey: Uint8Array, room: Uint8Array, device: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  if (sealed.length < ENC + TAG) throw new GroupError('unreadable', 'too short to be sealed');
  const { hpke } = await getSuite();
  return guard(async () => {
    const key = await hpke.importPrivateKey(privateKey);
    return hpke.open(key, sealed.subarray(0, ENC), sealed.subarray(ENC), utf8(LABELS.knockInfo), concatBytes(room, device));
  });
}
