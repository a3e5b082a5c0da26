/**
 * Writes the vectors anew: `npx tsx test/wire/record.ts`. Nothing else does, since what was recorded is what older programs say:
 * a difference is a new version of the protocol, or a mistake.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { sealGreeting } from '../../src/client/room/greeting.ts';
import { createVault, deriveLinkKeys, sealInfo } from '../../src/crypto/index.ts';
import { readHex, toJson } from './notation.ts';
import { NONCE, SECRET } from './samples.ts';
import { FILES, fileOf, readVectors } from './vectors.ts';

const write = (name: string, content: unknown) => writeFileSync(fileOf(name), `${JSON.stringify(content, null, 1)}\n`);

for (const [name, make] of Object.entries(FILES)) write(name, await make());
// Sealing draws a nonce: a second recording of the same would be other bytes, and say no more.
if (!existsSync(fileOf('sealed'))) write('sealed', await seal());

async function seal(): Promise<unknown> {
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
    vault: { key: toJson(SECRET), name: 'room/00', plain: toJson(plain), sealed: toJson(await vault.seal('room/00', plain)) },
  };
}
