import { expect, test } from 'vitest';
import type { ConnectionState } from '../../src/client/index.ts';
import { createConnection } from '../../src/client/connection.ts';
import { createIdentity } from '../../src/crypto/index.ts';
import { encodeFrame, utf8 } from '../../src/protocol/index.ts';

/** What a device says of a host that takes its connection and answers with these bytes. */
async function meet(answer: Uint8Array, expectRelay?: Uint8Array): Promise<ConnectionState> {
  const identity = await createIdentity();
  return new Promise((resolve) => {
    const connection = createConnection(
      {
        connector: {
          connect: async ({ onRun }) => ({ send: () => onRun(answer), queued: 0, close: () => {} }),
        },
        clock: { now: () => 0, after: () => () => {} },
        random: (size) => new Uint8Array(size),
        identity,
      },
      { expectRelay },
      {
        onState(state) {
          connection.close();
          resolve(state);
        },
        onUp: () => {},
        onDown: () => {},
        onFrame: () => {},
      },
    );
    connection.start();
  });
}

test('what answers in HTTP is no Corrillo', async () => {
  expect(await meet(utf8('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))).toMatchObject({ code: 'not_corrillo' });
});

test('what answers in frames that make no sense is one of another age', async () => {
  expect(await meet(Uint8Array.of(0, 0, 0, 1, 0xff))).toMatchObject({ code: 'bad_frame' });
});

test('a relay that says another key than the link does is not told who one is, where TLS cannot say it', async () => {
  const nonce = new Uint8Array(32);
  const challenge = encodeFrame({ t: 'challenge', version: 0, relay: new Uint8Array(32).fill(1), nonce });
  expect(await meet(challenge, new Uint8Array(16).fill(2))).toMatchObject({ state: 'offline', code: 'wrong_key' });
});
