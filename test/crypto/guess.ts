import { expect } from 'vitest';
import type { Commit } from 'ts-mls/commit.js';
import { nextEpochContext } from 'ts-mls/clientState.js';
import { encode as encodeTls } from 'ts-mls/codec/tlsEncoder.js';
import { decryptWithLabel } from 'ts-mls/crypto/hpke.js';
import { deriveSecret } from 'ts-mls/crypto/kdf.js';
import { encodeGroupContext, groupContextEncoder } from 'ts-mls/groupContext.js';
import { initializeEpoch, mlsExporter } from 'ts-mls/keySchedule.js';
import type { Group } from '../../src/crypto/index.ts';
import { epochOf, unprotect } from '../../src/crypto/mls/messages.ts';
import { stateOf } from '../../src/crypto/mls/state.ts';
import { getSuite } from '../../src/crypto/mls/suite.ts';
import { decodeWire } from '../../src/crypto/mls/wire.ts';
import { hex, none } from './people.ts';

/** All exporters that the keys of `before` could lead to, by any way the key schedule has. */
export async function guessExporters(before: Group, sealed: Uint8Array, after: Group): Promise<string[]> {
  const suite = await getSuite();
  const state = stateOf(before);
  const message = decodeWire(sealed);
  if (message.wireformat !== 'mls_private_message') throw new Error('no commit');
  const { content, auth } = await unprotect(state, epochOf(state, message.privateMessage), message.privateMessage);
  if (content.contentType !== 'commit') throw new Error('no commit');
  const { treeHash } = stateOf(after).groupContext;
  const next = await nextEpochContext(
    state.groupContext,
    'mls_private_message',
    content,
    auth.signature,
    treeHash,
    state.confirmationTag,
    suite.hash,
  );
  // The transcript is no secret: but for the path, the removed knows all that goes in.
  expect(encodeGroupContext(next)).toEqual(encodeGroupContext(stateOf(after).groupContext));
  const zeros = new Uint8Array(32);
  // Path secrets are sealed under the context as it is before the commit itself is in the transcript (RFC 9420 section 12.4.1).
  const provisional = { ...state.groupContext, treeHash, epoch: next.epoch };
  const secrets = [zeros, ...(await openPath(content.commit, state, encodeTls(groupContextEncoder)(provisional)))];
  return Promise.all(
    secrets.map(async (commitSecret) => {
      const { keySchedule } = await initializeEpoch(state.keySchedule.initSecret, commitSecret, next, zeros, suite.kdf);
      return hex(await mlsExporter(keySchedule.exporterSecret, 'test', none, 32, suite));
    }),
  );
}

/** Levels of the largest tree of a test, and the step to the commit secret. */
const HEIGHT = 6;

/** Tries each private key on each sealed path secret. */
async function openPath({ path }: Commit, { privatePath }: ReturnType<typeof stateOf>, context: Uint8Array): Promise<Uint8Array[]> {
  const { hpke, kdf } = await getSuite();
  const opened: Uint8Array[] = [];
  for (const bytes of Object.values(privatePath.privateKeys)) {
    const key = await hpke.importPrivateKey(bytes);
    for (const { kemOutput, ciphertext } of path?.nodes.flatMap(({ encryptedPathSecret }) => encryptedPathSecret) ?? []) {
      await decryptWithLabel(key, 'UpdatePathNode', context, kemOutput, ciphertext, hpke).then(
        (secret) => opened.push(secret),
        () => {},
      );
    }
  }
  // Each leads up the tree, and one step beyond the root is the commit secret.
  let level = opened.slice();
  for (let i = 0; i < HEIGHT; i++) {
    level = await Promise.all(level.map((secret) => deriveSecret(secret, 'path', kdf)));
    opened.push(...level);
  }
  return opened;
}
