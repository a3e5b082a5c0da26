import { expect, test } from 'vitest';
import type { ConnectionState } from '../../src/client/index.ts';
import { createConnection } from '../../src/client/connection.ts';
import { createIdentity } from '../../src/crypto/index.ts';
import { utf8 } from '../../src/protocol/index.ts';

/** What a device says of a host that takes its connection and answers with these bytes. */
async function meet(answer: Uint8Array): Promise<ConnectionState> {
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
      {},
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
