import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DefaultHttpStack, Upload, type UploadOptions } from 'tus-js-client';
import { expect, test } from 'vitest';
import { askFiles, TUS } from '../server/blobs/file-port.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { childOf, joinAsFounder } from './member.ts';

/** tus-js-client, a client that no one here wrote, on both ports. */
const PORTS = ['files', 'web'] as const;
const MIB = 1024 * 1024;
/** As tus-js-client keeps its own connections. */
const httpStack = () => new DefaultHttpStack({ rejectUnauthorized: false });

async function start(port: (typeof PORTS)[number]) {
  const { relay, listening, ports } = await startRelay(join(temporaryFolder(), 'relay'));
  const member = await joinAsFounder(listening);
  const ticket = (await member.ticket()).text;
  const endpoint = `https://127.0.0.1:${ports[port]}/files/${member.room}`;
  const read = async (url: string) => {
    const where = { host: '127.0.0.1', port: ports[port], rejectUnauthorized: false, agent: false };
    return (await askFiles(where, 'GET', new URL(url).pathname, { ticket })).body;
  };
  const options: UploadOptions = {
    endpoint,
    httpStack: httpStack(),
    headers: { Authorization: `Bearer ${ticket}` },
    metadata: { filename: 'a name that nobody there looks at' },
    retryDelays: [0, 100, 300, 1_000, 2_000, 4_000],
  };
  return { relay, ports, ticket, endpoint, read, options };
}

/** Resolves with the address. */
function finish(
  source: Buffer | Readable,
  options: UploadOptions,
  begin: (upload: Upload) => void = (upload) => upload.start(),
): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload: Upload = new Upload(source, { ...options, onSuccess: () => resolve(upload.url as string), onError: reject });
    begin(upload);
  });
}

test.each(PORTS)('uploads at the %s port, in one request and in parts', async (port) => {
  const { options, read } = await start(port);
  const bytes = randomBytes(5 * MIB + 3);
  for (const chunkSize of [Infinity, 2 * MIB]) {
    const url = await finish(bytes, { ...options, chunkSize });
    expect((await read(url)).equals(bytes)).toBe(true);
  }
});

test.each(PORTS)('uploads a stream of unknown length at the %s port', async (port) => {
  const { options, read } = await start(port);
  const bytes = randomBytes(3 * MIB + 3);
  const url = await finish(Readable.from([bytes.subarray(0, MIB), bytes.subarray(MIB)]), {
    ...options,
    chunkSize: MIB,
    uploadLengthDeferred: true,
  });
  expect((await read(url)).equals(bytes)).toBe(true);
});

test.each(PORTS)('goes on at the %s port where the file process was killed in the middle', async (port) => {
  const { relay, options, read } = await start(port);
  const bytes = randomBytes(12 * MIB);
  let killed = false;
  const url = await finish(bytes, {
    ...options,
    chunkSize: MIB,
    onChunkComplete(_size, accepted) {
      if (killed || accepted < 4 * MIB) return;
      killed = true;
      void childOf(relay.child.pid as number).then((child) => process.kill(child, 'SIGKILL'));
    },
  });
  expect(killed).toBe(true);
  expect((await read(url)).equals(bytes)).toBe(true);
});

test.each(PORTS)('goes on at the %s port after it was aborted, from what is there', async (port) => {
  const { options, read, ticket } = await start(port);
  const bytes = randomBytes(6 * MIB);
  const offsets: number[] = [];
  const url = await new Promise<string>((resolve) => {
    const upload: Upload = new Upload(bytes, {
      ...options,
      chunkSize: MIB,
      onChunkComplete(_size, accepted) {
        if (accepted >= 3 * MIB) void upload.abort().then(() => resolve(upload.url as string));
      },
    });
    upload.start();
  });
  await finish(bytes, {
    ...options,
    uploadUrl: url,
    chunkSize: MIB,
    onBeforeRequest(request) {
      const offset = request.getHeader('Upload-Offset');
      if (offset !== undefined) offsets.push(Number(offset));
      request.setHeader('Authorization', `Bearer ${ticket}`);
    },
  });
  expect(offsets[0]).toBeGreaterThanOrEqual(3 * MIB);
  expect((await read(url)).equals(bytes)).toBe(true);
});

test.each(PORTS)('takes an upload away at the %s port', async (port) => {
  const { options, ticket, ports } = await start(port);
  const url = await finish(randomBytes(1_000), options);
  await Upload.terminate(url, options);
  const where = { host: '127.0.0.1', port: ports[port], rejectUnauthorized: false, agent: false };
  expect((await askFiles(where, 'HEAD', new URL(url).pathname, { headers: TUS, ticket })).status).toBe(404);
});

test.each(PORTS)('is told at the %s port why it may not', async (port) => {
  const { options } = await start(port);
  const refused = finish(Buffer.alloc(10), { ...options, headers: { Authorization: 'Bearer nothing' }, retryDelays: [] });
  await expect(refused).rejects.toThrow(/401.*ticket_refused|ticket_refused.*401/s);
});
