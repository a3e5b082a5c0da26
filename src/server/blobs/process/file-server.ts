import { randomBytes } from 'node:crypto';
import { rm, statfs } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../../protocol/index.ts';
import { thisMachine } from '../../addresses.ts';
import { systemClock } from '../../clock.ts';
import { openDiskBlobs } from '../../engines/disk-blobs.ts';
import { lockFolder } from '../../folder-lock.ts';
import { createConnectionGate } from '../../listeners/connection-gate.ts';
import type { TlsMaterial } from '../../listeners/native.ts';
import { openPort } from '../../listeners/open-port.ts';
import { createHostCheck, parseOrigin } from '../../listeners/web/host-check.ts';
import { createUndoList, type UndoList } from '../../undo-list.ts';
import { FILE_LIMITS, type FileLimits } from '../file-limits.ts';
import { answerError } from '../http/answers.ts';
import { createBufferPool } from '../http/buffer-pool.ts';
import { createFileHandler, type FileHandler } from '../http/file-handler.ts';
import { createReceivingBudget } from '../http/receive.ts';
import { createOpenRequests } from '../open-requests.ts';
import { resolveQuotas } from '../quotas.ts';
import { createStorage } from '../storage.ts';
import { createRevocations, createTickets, type Revocation } from '../tickets.ts';
import type { FileProcessStart } from './messages.ts';

export interface RunningFileServer {
  readonly port: number;
  readonly moved: boolean;
  renew(tls: TlsMaterial): void;
  revoke(revocation: Revocation): void;
  /** How many are under way. */
  requests(): number;
  stop(): Promise<void>;
}

/** Time that what is being sent has to leave when it stops. */
const CLOSING_TIME = 500;

/**
 * All of the file process but its channel.
 * Rejects with CodedError `data_in_use`, `data_not_writable`, `data_damaged`, `storage_failed`, `port_busy`, `port_not_allowed`.
 */
export async function startFileServer(start: FileProcessStart, log: (line: string) => void): Promise<RunningFileServer> {
  const undo = createUndoList();
  try {
    return await compose(start, log, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function compose(start: FileProcessStart, log: (line: string) => void, undo: UndoList): Promise<RunningFileServer> {
  const limits: FileLimits = { ...FILE_LIMITS, ...start.limits };
  const clock = systemClock;
  undo.add(await lockPatiently(start.folder));
  const { store, close } = await openDiskBlobs(start.folder);
  undo.add(close);
  const disk = async (): Promise<{ free: number; size: number }> => {
    const { bavail, blocks, bsize } = await statfs(start.folder);
    return { free: bavail * bsize, size: blocks * bsize };
  };
  const quotas = resolveQuotas(start.quotas, (await disk()).size);
  const free = async (): Promise<number> => (await disk()).free;
  const storage = await createStorage({ store, clock, random: randomBytes, free }, quotas, { keep: start.keep }, limits);
  const revocations = createRevocations(limits.ticketTime, limits.revocations);
  start.revoked.forEach(revocations.add);
  const requests = createOpenRequests(limits);
  const onFault = (error: unknown): void => log(`! files ${describe(error)}`);
  const handler = createFileHandler({
    storage,
    tickets: createTickets(start.ticketKey, limits.ticketTime),
    revocations,
    requests,
    receiving: createReceivingBudget(limits),
    pool: createBufferPool(limits.piecesInAll / 4),
    clock,
    limits,
    onFault,
  });
  undo.add(keepSweeping(storage.sweep, limits.sweepEach, onFault));

  const gate = createConnectionGate({ total: limits.sockets, perAddress: limits.socketsPerAddress });
  undo.add(() => gate.close(CLOSING_TIME));
  const listening: Server[] = [];
  undo.add(async () => listening.forEach((server) => server.close()));
  const hosts = createHostCheck(thisMachine, start.names, clock);
  const checked: FileHandler = (request, response, proceed) => {
    const { origin } = request.headers;
    const from = origin === undefined ? 'localhost' : parseOrigin(origin);
    // The name by which it was called is not looked at: programs come by names and addresses that this machine has never heard of, and no page can
    // show a ticket that it was not given.
    if (from !== undefined && hosts.allows(from)) return handler(request, response, proceed);
    // Its page may not even read that it was refused.
    delete request.headers.origin;
    answerError(request, response, new CodedError('host_refused'), { Connection: 'close' });
  };

  const bounds = {
    keepAliveTimeout: limits.idleTime,
    headersTimeout: limits.headersTime,
    // A part may take as long as it keeps moving: who stands still is noticed there.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.headersTime / 2,
    maxHeaderSize: limits.headers,
    noDelay: true,
  };
  // The relay has checked what comes by this way, and counts who it comes from.
  const inner = serve(createHttpServer(bounds), handler);
  if (process.platform !== 'win32') await rm(start.door, { force: true });
  await new Promise<void>((resolve, reject) => inner.once('error', reject).listen(start.door, resolve));
  listening.push(inner);
  undo.add(async () => inner.closeAllConnections());

  const secure: Array<ReturnType<typeof createHttpsServer>> = [];
  const { port, servers, moved } = await openPort(start.port.requested, start.port.preferred, () => {
    const server = serve(createHttpsServer({ ...bounds, ...contextOf(start.tls), handshakeTimeout: limits.headersTime }), checked);
    server.on('connection', (socket) => void gate.admit(socket as Socket));
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    secure.push(server);
    return server;
  });
  listening.push(...servers);
  gate.open();
  return {
    port,
    moved,
    renew: (tls) => secure.forEach((server) => server.setSecureContext(contextOf(tls))),
    revoke(revocation) {
      revocations.add(revocation);
      requests.cut(revocation);
    },
    requests: () => requests.count,
    stop: undo.run,
  };
}

/** How long the file process of a relay that was killed may take to be gone, ms: it is not before what it was writing is on the disk. */
const DYING_TIME = 30_000;
const TRY_EACH = 50;

/** The folder around this one is the relay's already: whoever has it can only be the file process of one that has just died. */
async function lockPatiently(folder: string): Promise<() => Promise<void>> {
  for (const end = performance.now() + DYING_TIME; ;) {
    try {
      return await lockFolder(folder);
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'data_in_use' || performance.now() > end) throw error;
      await sleep(TRY_EACH);
    }
  }
}

/** The cheapest of the suites first: bulk goes through here. */
const contextOf = ({ key, chain }: TlsMaterial) =>
  ({
    key,
    cert: chain,
    minVersion: 'TLSv1.2',
    ciphers:
      'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256',
    honorCipherOrder: true,
  }) as const;

function serve<S extends Server>(server: S, handler: FileHandler): S {
  const plain: RequestListener = (request, response) => handler(request, response);
  server.on('request', plain);
  // Who asks before sending is told no before the bytes travel.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    handler(request, response, () => response.writeContinue()),
  );
  return server;
}

/** @returns what ends it */
function keepSweeping(sweep: () => Promise<number>, each: number, onFault: (error: unknown) => void): () => Promise<void> {
  let work = Promise.resolve();
  let cancel = (): void => {};
  let over = false;
  const run = (): void => {
    work = sweep()
      .then(() => {}, onFault)
      .then(() => {
        if (!over) cancel = systemClock.after(each, run);
      });
  };
  run();
  return () => {
    over = true;
    cancel();
    return work;
  };
}

/** Codes and reasons of the system; no id, no path of a blob. */
function describe(error: unknown): string {
  if (error instanceof CodedError) return `${error.code} ${error.detail['because'] ?? ''}`.trim();
  return (error instanceof Error ? (error.stack ?? error.message) : String(error))
    .split('\n')
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' | ');
}
