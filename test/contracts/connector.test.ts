import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSocketIoConnector } from '../../src/client/browser/socket-io-connector.ts';
import type { Connector } from '../../src/client/index.ts';
import { createTlsConnector } from '../../src/client/node/tls-connector.ts';
import { thisMachine } from '../../src/server/addresses.ts';
import { systemClock, type Relay } from '../../src/server/index.ts';
import { createConnectionGate } from '../../src/server/listeners/connection-gate.ts';
import { createNativeServer } from '../../src/server/listeners/native.ts';
import { createWebListener } from '../../src/server/listeners/web.ts';
import { createHostCheck } from '../../src/server/listeners/web/host-check.ts';
import { readPageFiles } from '../../src/server/listeners/web/page-files.ts';
import { RELAY_LIMITS } from '../../src/server/server-limits.ts';
import { loadTlsIdentity } from '../../src/server/tls-identity.ts';
import { createNetwork, RELAY_KEY } from '../sim/network.ts';
import { createSeededRandom } from '../sim/random.ts';
import { connectorContract, type MakeWay, type Way } from './connector.ts';

connectorContract('memory', joinInMemory, { tls: true, kind: 'memory', address: '10.77.0.2', absent: 'refused' });

connectorContract(
  'TLS',
  joinBySockets('chat', (port) => createTlsConnector({ host: '127.0.0.1', port })),
  {
    tls: true,
    kind: 'native',
    address: '127.0.0.1',
    absent: 'refused',
  },
);

const web = { tls: false, kind: 'web', address: '127.0.0.1', absent: 'no_route' } as const;
const connectByWeb = (port: number) => createSocketIoConnector(`http://127.0.0.1:${port}`);

connectorContract('Socket.IO', joinBySockets('web', connectByWeb), web);

// Where the certificate was clicked through, iPhones get no WebSocket.
connectorContract('Socket.IO without WebSocket', joinBySockets('web', connectByWeb, refuseUpgrades), web);

/** The network of the simulation, which delivers as long as there is something to deliver. */
async function joinInMemory(accept: Relay['accept']): Promise<Way> {
  const network = createNetwork(createSeededRandom(7));
  const relay = { accept } as Relay;
  let running = true;
  const deliver = (): void => {
    if (!running) return;
    for (let i = 0; i < 50 && network.deliverOne(); i++);
    setImmediate(deliver);
  };
  deliver();
  network.relay = relay;
  return {
    connector: network.connectorFor('client'),
    relayKey: RELAY_KEY,
    async stop() {
      network.relay = null;
      network.cutAll('lost');
    },
    async start() {
      network.relay = relay;
    },
    async destroy() {
      running = false;
    },
  };
}

/** The relay's own listeners on a free port. */
function joinBySockets(
  listener: 'chat' | 'web',
  connectorTo: (port: number) => Connector,
  dress: (server: Server) => Server = (server) => server,
): MakeWay {
  return async (accept) => {
    const folder = mkdtempSync(join(tmpdir(), 'corrillo-way-'));
    const tls = await loadTlsIdentity(folder, thisMachine, Date.now());
    let port = 0;
    let cut = async (): Promise<void> => {};
    let close = async (): Promise<void> => {};

    async function start(): Promise<void> {
      const gate = createConnectionGate({ total: 100, perAddress: 100 });
      gate.open();
      const web = createWebListener(
        { accept, hosts: createHostCheck(thisMachine, [], systemClock), gate, files: undefined },
        {
          machine: thisMachine,
          files: readPageFiles(folder),
          identity: () => tls,
          ports: () => ({ web: port, chat: port, files: 0, media: 0 }),
          tls,
          limits: RELAY_LIMITS,
          proxies: new Set(),
        },
      );
      const server = dress(listener === 'chat' ? createNativeServer(accept, tls, gate) : web.create());
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: '127.0.0.1', port }, resolve);
      });
      ({ port } = server.address() as AddressInfo);
      cut = async () => {
        const closed = new Promise((resolve) => void server.close(resolve));
        await gate.close(0);
        await closed;
      };
      close = async () => {
        await web.close();
        await cut();
      };
    }

    await start();
    return {
      connector: connectorTo(port),
      relayKey: tls.relayKey,
      start,
      async stop() {
        await cut();
        await close();
      },
      async destroy() {
        await close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  };
}

/** Closes connections that ask for WebSocket, before the server sees them. */
function refuseUpgrades(server: Server): Server {
  return createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (first: Buffer) => {
      if (/^upgrade:/im.test(first.toString('latin1'))) return socket.destroy();
      socket.pause();
      socket.unshift(first);
      server.emit('connection', socket);
      socket.resume();
    });
  });
}
