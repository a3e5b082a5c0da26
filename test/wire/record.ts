/**
 * Writes the vectors anew: `npx tsx test/wire/record.ts`. Nothing else does, since what was recorded is what older programs say:
 * a difference is a new version of the protocol, or a mistake.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { sealGreeting } from '../../src/client/room/greeting.ts';
import {
  commitChange,
  createGroup,
  createKeyPackage,
  createVault,
  deriveLinkKeys,
  restoreIdentity,
  sealInfo,
  sealKnock,
} from '../../src/crypto/index.ts';
import { readHex, toJson } from './notation.ts';
import { ANA, NONCE, ROOM, SECRET } from './samples.ts';
import { FILES, fileOf, readVectors } from './vectors.ts';

const write = (name: string, content: unknown) => writeFileSync(fileOf(name), `${JSON.stringify(content, null, 1)}\n`);

for (const [name, make] of Object.entries(FILES)) write(name, await make());
// Sealing draws a nonce: a second recording of the same would be other bytes, and say no more. What is not there yet is added.
const recorded = existsSync(fileOf('sealed')) ? readVectors<object>('sealed') : {};
write('sealed', { ...(await seal()), ...recorded });

async function seal(): Promise<object> {
  const { profile } = readVectors<{ profile: { profile: { name: string; version: number; signature: string } } }>('keys').profile;
  const signed = { ...profile, signature: readHex(profile.signature.slice(2)) };
  const plain = new Uint8Array(40).fill(0x71);
  const vault = await createVault(SECRET);
  return {
    info: { secret: toJson(SECRET), plain: toJson(plain), sealed: toJson(await sealInfo((await deriveLinkKeys(SECRET)).infoKey, plain)) },
    greeting: {
      secret: toJson(SECRET),
      id: toJson(NONCE.subarray(0, 16)),
      sealed: toJson(await sealGreeting(NONCE.subarray(0, 16), signed, SECRET)),
    },
    knock: await sealOneKnock(plain),
    welcome: await welcomeOne(),
    vault: { key: toJson(SECRET), name: 'room/00', plain: toJson(plain), sealed: toJson(await vault.seal('room/00', plain)) },
  };
}

async function sealOneKnock(plain: Uint8Array): Promise<unknown> {
  const { knock } = await deriveLinkKeys(SECRET);
  const sealed = await sealKnock(knock.publicKey, ROOM, ANA.device, plain);
  return { secret: toJson(SECRET), room: toJson(ROOM), device: toJson(ANA.device), plain: toJson(plain), sealed: toJson(sealed) };
}

/** A room of two, from what the one who is taken in has: its seed, its key package, and the Welcome. */
async function welcomeOne(): Promise<unknown> {
  const [founder, guest] = [await restoreIdentity(new Uint8Array(32).fill(2)), await restoreIdentity(new Uint8Array(32).fill(3))];
  const context = { link: null, founder: founder.device, removers: [], title: '', access: 'direct' } as const;
  const { body, secret } = await createKeyPackage(guest);
  const { group, welcome } = await commitChange(await createGroup(founder, ROOM, context), { kind: 'add', keyPackage: body }, NONCE);
  const { authenticator } = group;
  const device = founder.device;
  return toJson({ room: ROOM, seed: guest.secret, keyPackage: { body, secret }, welcome, inviter: device, authenticator });
}
