import type { RatchetTree } from 'ts-mls';
import { encode as encodeTls } from 'ts-mls/codec/tlsEncoder.js';
import { decodeGenerationSecret, generationSecretEncoder, type GenerationSecret, type SecretTree } from 'ts-mls/secretTree.js';
import { concatBytes } from '../bytes.ts';
import { GroupError } from '../contract.ts';

/** `both` ratchets of a leaf in the current epoch; of past ones only messages are opened. */
export type RatchetKinds = 'both' | 'messages';

const encodeGeneration = encodeTls(generationSecretEncoder);

/** A ratchet's state is replaced, never changed: it is encoded once. */
const encodings = new WeakMap<GenerationSecret, Uint8Array>();

/** The ratchets of leaves that are not blank, in leaf order. ts-mls keeps some for inner nodes too, which nothing uses. */
export function packSecrets(secrets: SecretTree, tree: RatchetTree, kinds: RatchetKinds): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < tree.length; i += 2) {
    const node = secrets[i];
    if (!tree[i] || !node) continue;
    parts.push(encodeOnce(node.application));
    if (kinds === 'both') parts.push(encodeOnce(node.handshake));
  }
  return concatBytes(...parts);
}

export function unpackSecrets(packed: Uint8Array, tree: RatchetTree, kinds: RatchetKinds): SecretTree {
  let offset = 0;
  const next = (): GenerationSecret => {
    const result = decodeGenerationSecret(packed, offset);
    if (!result) throw new GroupError('unreadable', 'damaged ratchets');
    encodings.set(result[0], packed.subarray(offset, offset + result[1]));
    offset += result[1];
    return result[0];
  };
  const secrets = tree.map((node, i) =>
    i % 2 === 0 && node ? { application: next(), handshake: kinds === 'both' ? next() : SPENT } : BLANK,
  );
  if (offset !== packed.length) throw new GroupError('unreadable', 'damaged ratchets');
  return secrets;
}

/** Stands where there is no ratchet: ts-mls walks over all places, and nobody's messages are looked for at these. */
const SPENT: GenerationSecret = { secret: new Uint8Array(), generation: 0, unusedGenerations: {} };
const BLANK = { application: SPENT, handshake: SPENT };

function encodeOnce(ratchet: GenerationSecret): Uint8Array {
  const known = encodings.get(ratchet);
  if (known) return known;
  const encoded = encodeGeneration(ratchet);
  encodings.set(ratchet, encoded);
  return encoded;
}
