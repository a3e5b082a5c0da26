import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { keyOf } from '../client/node-files/relay-of-files.ts';
import { loadTlsIdentity } from '../../src/server/tls-identity.ts';
import { createMachine } from '../server/running.ts';
import { createHttpFiles } from '../../src/client/node/files/file-transport.ts';
import type { FileTicket } from '../../src/client/index.ts';
import { fromHex } from '../../src/protocol/index.ts';
import { ANA, JUAN, openFilePort, OTHER_ROOM, ROOM, ticketOf } from '../server/blobs/file-port.ts';
import { createSeededRandom } from '../sim/random.ts';
import { createMemoryBlobs, makeTicket } from '../support/memory-blobs.ts';
import { createFetchTransport } from '../../src/client/browser/index.ts';
import { proxyTo } from '../web/support/plain-proxy.ts';
import { fileTransportContract } from './file-transport.ts';

const STRANGER = 'c3'.repeat(32);

fileTransportContract('memory', async () => {
  const { transport } = createMemoryBlobs({ random: createSeededRandom(1).bytes });
  const as = (device: string, inside: string) =>
    transport(async () => ({ ticket: makeTicket(inside, fromHex(device) as Uint8Array, Number.MAX_SAFE_INTEGER), port: 0 }));
  return { room: ROOM, elsewhere: OTHER_ROOM, ana: as(ANA, ROOM), juan: as(JUAN, ROOM), stranger: as(STRANGER, OTHER_ROOM) };
});

fileTransportContract('HTTP at the relay’s file process', async () => {
  const { server, folder } = await openFilePort();
  const relay = keyOf((await loadTlsIdentity(join(folder, '..', 'tls'), createMachine(), Date.now())).chain);
  const files = createHttpFiles(() => ({ host: '127.0.0.1', relay, webPort: undefined }));
  onTestFinished(() => files.close());
  const as = (device: string, inside: string) =>
    files.make(async (): Promise<FileTicket> => ({
      ticket: new Uint8Array(Buffer.from(ticketOf(device, inside), 'base64url')),
      port: server.port,
    }));
  return { room: ROOM, elsewhere: OTHER_ROOM, ana: as(ANA, ROOM), juan: as(JUAN, ROOM), stranger: as(STRANGER, OTHER_ROOM) };
});

fileTransportContract('fetch, as pages do, at the relay’s file process', async () => {
  const { server } = await openFilePort();
  // Node's own fetch takes no certificate by hand.
  const origin = await proxyTo(server.port);
  const as = (device: string, inside: string) =>
    createFetchTransport(origin)(async () => ({ ticket: new Uint8Array(Buffer.from(ticketOf(device, inside), 'base64url')), port: 0 }));
  return { room: ROOM, elsewhere: OTHER_ROOM, ana: as(ANA, ROOM), juan: as(JUAN, ROOM), stranger: as(STRANGER, OTHER_ROOM) };
});
