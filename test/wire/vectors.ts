import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeContent, signProfile } from '../../src/client/content/index.ts';
import { formatInvite } from '../../src/client/index.ts';
import { encodeGreeting } from '../../src/client/room/greeting.ts';
import { deriveLinkKeys, deviceFingerprint, restoreIdentity } from '../../src/crypto/index.ts';
import { deriveLinkId } from '../../src/crypto/link-keys.ts';
import { encodeContext } from '../../src/crypto/room-context.ts';
import {
  deviceProofBytes,
  encodeEntry,
  encodeFrame,
  formatFounderLink,
  genesisHash,
  hashEntry,
  toHex,
  toWords,
} from '../../src/protocol/index.ts';
import { recordConversation } from './conversation.ts';
import { toJson } from './notation.ts';
import {
  ANA,
  BINDING,
  CLIENT_FRAMES,
  CONTENTS,
  ENTRIES,
  FOUNDER_LINKS,
  JUAN,
  NONCE,
  RELAY,
  RELAY_FRAMES,
  ROOM,
  ROOM_LINKS,
  SECRET,
} from './samples.ts';

/** What a file under vectors/ holds, by its name. All of it follows from the samples: two recordings of one code are equal. */
export const FILES: Readonly<Record<string, () => unknown>> = {
  'client-frames': () => encodeEach(CLIENT_FRAMES, encodeFrame),
  'relay-frames': () => encodeEach(RELAY_FRAMES, encodeFrame),
  log: () => ({
    room: toJson(ROOM),
    genesis: toJson(genesisHash(ROOM)),
    entries: ENTRIES.map((entry) => {
      const bytes = encodeEntry(entry);
      return { value: toJson(entry), bytes: toHex(bytes), hash: toHex(hashEntry(bytes)) };
    }),
  }),
  contents: () => encodeEach(CONTENTS, encodeContent),
  links: () => ({
    founder: FOUNDER_LINKS.map((fields) => ({ text: formatFounderLink(fields), fields: toJson(fields) })),
    room: ROOM_LINKS.map((fields) => ({ text: formatInvite({ ...fields, room: toHex(fields.room) }), fields: toJson(fields) })),
    words: { of: toJson(RELAY), en: toWords(RELAY, 'en'), es: toWords(RELAY, 'es') },
  }),
  keys: async () => {
    const keys = await deriveLinkKeys(SECRET);
    const input = { version: 0, relay: RELAY, nonce: NONCE, device: ANA.device, binding: BINDING };
    const door = createHash('sha256').update(keys.doorToken).digest('hex');
    const identity = await restoreIdentity(new Uint8Array(32).fill(1));
    const common = { founder: ANA.device, removers: [JUAN.device], title: 'Corrillo', access: 'invited' as const };
    const contexts = [
      { ...common, link: SECRET, formerLink: null },
      { ...common, link: null, formerLink: deriveLinkId(SECRET) },
      { ...common, access: 'open' as const, link: SECRET, formerLink: deriveLinkId(RELAY) },
      { founder: ANA.device, removers: [], title: '', access: 'direct' as const, link: null, formerLink: null },
    ];
    return {
      link: { secret: toJson(SECRET), keys: toJson(keys), door },
      proof: { input: toJson(input), bytes: toHex(deviceProofBytes(input)), signature: toHex(ANA.prove(input)) },
      profile: {
        seed: toJson(identity.secret),
        room: toJson(ROOM),
        profile: toJson(await signProfile(identity, ROOM, 'Ana Núñez', 1_790_000_000_123)),
      },
      contexts: contexts.map((context) => ({ value: toJson(context), bytes: toHex(encodeContext(context)) })),
      device: {
        id: toJson(ANA.device),
        fingerprint: toJson(deviceFingerprint(ANA.device)),
        words: toWords(deviceFingerprint(ANA.device), 'en'),
      },
      greeting: { id: toJson(NONCE.subarray(0, 16)), bytes: toHex(encodeGreeting(NONCE.subarray(0, 16), [])) },
    };
  },
  conversation: recordConversation,
};

function encodeEach<T>(samples: Readonly<Record<string, T>>, encode: (value: T) => Uint8Array): unknown {
  return Object.entries(samples).map(([name, value]) => ({ name, value: toJson(value), bytes: toHex(encode(value)) }));
}

export const fileOf = (name: string): string => join(import.meta.dirname, 'vectors', `${name}.json`);

/** What was recorded, whatever today's code would make of it. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(fileOf(name), 'utf8')) as T;
}
