import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toBase64Url } from '../../../src/protocol/index.ts';
import { BLOB, noise, reach, ROOM, serveFiles } from './relay-of-files.ts';
import { codeOf, forever } from './support.ts';

const bearer = (ticket: string) => `Bearer ${toBase64Url(Buffer.from(ticket))}`;
const collect = async (pieces: AsyncIterable<Uint8Array>) => {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Uint8Array.from(piece));
  return Buffer.concat(all);
};

describe('requests', () => {
  it('make a blob, of a length that is known or not', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    relay.answer = (_heard, response) => void response.writeHead(201, { location: `/files/${ROOM}/${BLOB}` }).end();
    expect(await transport.create(ROOM, 1234, forever)).toEqual({ blob: BLOB });
    expect(await transport.create(ROOM, null, forever)).toEqual({ blob: BLOB });
    expect(relay.heard.map(({ method, url, headers }) => [method, url, headers['upload-length'], headers['upload-defer-length']])).toEqual([
      ['POST', `/files/${ROOM}`, '1234', undefined],
      ['POST', `/files/${ROOM}`, undefined, '1'],
    ]);
    expect(relay.heard[0]?.headers).toMatchObject({
      authorization: bearer('ticket 1'),
      'tus-resumable': '1.0.0',
      host: `127.0.0.1:${relay.port}`,
    });
    // One connection for all that follow each other.
    expect(relay.connections()).toBe(1);
    relay.answer = (_heard, response) => void response.writeHead(201, { location: 'https://elsewhere/x' }).end();
    expect(await codeOf(transport.create(ROOM, 1, forever))).toBe('not_corrillo');
  });

  it('ask where a blob stands', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    relay.answer = (_heard, response) => void response.writeHead(200, { 'upload-offset': '74', 'upload-length': '1000' }).end();
    expect(await transport.offset(ROOM, BLOB, forever)).toEqual({ offset: 74, length: 1000 });
    relay.answer = (_heard, response) => void response.writeHead(200, { 'upload-offset': '0', 'upload-defer-length': '1' }).end();
    expect(await transport.offset(ROOM, BLOB, forever)).toEqual({ offset: 0, length: null });
    relay.answer = (_heard, response) => void response.writeHead(200, { 'upload-offset': '-1' }).end();
    expect(await codeOf(transport.offset(ROOM, BLOB, forever))).toBe('not_corrillo');
  });

  it('add the pieces as they are, in order', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    const pieces = [noise(74), noise(262_144), noise(262_144), noise(1), noise(3_000_000)];
    const whole = Buffer.concat(pieces);
    relay.answer = (heard, response) => void response.writeHead(204, { 'upload-offset': String(100 + heard.body.length) }).end();
    await transport.append(ROOM, BLOB, 100, pieces, 100 + whole.length, forever);
    const [heard] = relay.heard;
    expect(heard?.body.equals(whole)).toBe(true);
    expect(heard?.headers).toMatchObject({
      'content-type': 'application/offset+octet-stream',
      'content-length': String(whole.length),
      'upload-offset': '100',
      'upload-length': String(100 + whole.length),
    });
    relay.answer = (_heard, response) => void response.writeHead(204, { 'upload-offset': '100' }).end();
    expect(await codeOf(transport.append(ROOM, BLOB, 100, pieces, null, forever))).toBe('wrong_offset');
  });

  it('keep and remove; what is not there is removed', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    await transport.keep(ROOM, BLOB, forever);
    await transport.remove(ROOM, BLOB, forever);
    relay.answer = (_heard, response) => void response.writeHead(404).end('{"code":"unknown_file"}');
    await transport.remove(ROOM, BLOB, forever);
    expect(await codeOf(transport.keep(ROOM, BLOB, forever))).toBe('unknown_file');
    expect(relay.heard.map(({ method, url }) => `${method} ${url}`).slice(0, 2)).toEqual([
      `POST /files/${ROOM}/${BLOB}/keep`,
      `DELETE /files/${ROOM}/${BLOB}`,
    ]);
  });
});

describe('a blob', () => {
  it('is fetched whole, or a range of it', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    const blob = noise(20_000_000);
    relay.answer = ({ headers }, response) => {
      const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
      if (from === '') return void response.writeHead(200, { 'content-length': String(blob.length) }).end(blob);
      const part = blob.subarray(Number(from), to === '' ? undefined : Number(to) + 1);
      const range = `bytes ${from}-${Number(from) + part.length - 1}/${blob.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': String(part.length) }).end(part);
    };
    expect((await collect(transport.fetch(ROOM, BLOB, 0, null, forever))).equals(blob)).toBe(true);
    expect((await collect(transport.fetch(ROOM, BLOB, 1_000_000, null, forever))).equals(blob.subarray(1_000_000))).toBe(true);
    expect((await collect(transport.fetch(ROOM, BLOB, 74, 300, forever))).equals(blob.subarray(74, 300))).toBe(true);
    // A relay that gives other bytes than those that were asked for.
    relay.answer = (_heard, response) => void response.writeHead(200, { 'content-length': String(blob.length) }).end(blob);
    expect(await codeOf(collect(transport.fetch(ROOM, BLOB, 74, null, forever)))).toBe('not_corrillo');
    // One that does not say where they end.
    relay.answer = (_heard, response) => void response.writeHead(200).end(blob);
    expect(await codeOf(collect(transport.fetch(ROOM, BLOB, 0, null, forever)))).toBe('not_corrillo');
  });

  it('is read on only as it is taken', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    let given = 0;
    const piece = noise(1_000_000);
    relay.answer = (_heard, response) => {
      response.writeHead(200, { 'content-length': String(200 * piece.length) });
      const more = () => {
        while (given < 200) {
          given += 1;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    };
    const pieces = transport.fetch(ROOM, BLOB, 0, null, forever)[Symbol.asyncIterator]();
    await pieces.next();
    // Until the kernel's buffers and ours are full, and nothing moves any more.
    let before = -1;
    while (before !== given) {
      before = given;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(given).toBeLessThan(60);
    let total = 0;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) total += next.value.length;
    expect(given).toBe(200);
    expect(total).toBeGreaterThan(199_000_000);
  });

  it('does not come from what speaks no HTTP', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    relay.begin = ({ socket }) => {
      socket.end('220 mail.example ESMTP\r\n\r\n');
      return false;
    };
    expect(await codeOf(collect(transport.fetch(ROOM, BLOB, 0, null, forever)))).toBe('not_corrillo');
  });

  it('that breaks off is cut, and who stops taking ends it', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    relay.answer = (_heard, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write(noise(500_000), () => response.destroy());
    };
    expect(await codeOf(collect(transport.fetch(ROOM, BLOB, 0, null, forever)))).toBe('cut');
    let closed: () => void = () => {};
    const ended = new Promise<void>((resolve) => (closed = resolve));
    relay.answer = (_heard, response) => {
      response.once('close', closed);
      response.writeHead(200, { 'content-length': '100000000' }).write(noise(500_000));
    };
    const some = transport.fetch(ROOM, BLOB, 0, null, forever)[Symbol.asyncIterator]();
    await some.next();
    await some.return?.();
    await ended;
  });

  it('is called off by its signal, also while nothing comes', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    relay.answer = (_heard, response) => void response.writeHead(200, { 'content-length': '1000' }).write('x');
    const stop = new AbortController();
    const pieces = transport.fetch(ROOM, BLOB, 0, null, stop.signal)[Symbol.asyncIterator]();
    await pieces.next();
    const waiting = pieces.next();
    stop.abort();
    expect(await codeOf(waiting)).toBe('offline');
    relay.answer = () => {};
    const silent = new AbortController();
    const asking = transport.keep(ROOM, BLOB, silent.signal);
    setTimeout(() => silent.abort(), 20);
    expect(await codeOf(asking)).toBe('offline');
  });
});

describe('a relay that says no', () => {
  it.each([
    [413, '{"code":"room_storage_full","free":12}', 'room_storage_full'],
    [409, '{"code":"wrong_offset"}', 'wrong_offset'],
    [423, '{"code":"upload_busy"}', 'upload_busy'],
    [404, 'no JSON', 'unknown_file'],
    [507, '{"code":"what nobody knows"}', 'relay_storage_full'],
    [500, '', 'storage_failed'],
    [418, '{"code":"removed"}', 'not_corrillo'],
    [301, '', 'not_corrillo'],
  ])('with %i %s is told as %s', async (status, body, code) => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    relay.answer = (_heard, response) => void response.writeHead(status).end(body);
    expect(await codeOf(transport.create(ROOM, 1, forever))).toBe(code);
  });

  it.each([
    ['{"code":"too_many_connections"}', 429, 'too_many_connections'],
    ['', 404, 'unknown_file'],
    ['x'.repeat(100_000), 404, 'unknown_file'],
  ])('to a range, with %#, is told as well', async (body, status, code) => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    relay.answer = (_heard, response) => void response.writeHead(status, { 'content-length': String(body.length) }).end(body);
    expect(await codeOf(collect(transport.fetch(ROOM, BLOB, 0, null, forever)))).toBe(code);
  });

  it('gets a fresh ticket once, where the old one is refused', async () => {
    const relay = await serveFiles();
    const { transport, asked } = reach(relay);
    relay.answer = ({ headers }, response) => void response.writeHead(headers.authorization === bearer('ticket 2') ? 204 : 401).end();
    await transport.keep(ROOM, BLOB, forever);
    expect(asked).toEqual([false, true]);
    relay.answer = (_heard, response) => void response.writeHead(401).end('{"code":"ticket_refused"}');
    expect(await codeOf(transport.keep(ROOM, BLOB, forever))).toBe('ticket_refused');
    expect(asked).toEqual([false, true, false, true]);
  });

  it('before all was sent is heard, and the rest is not sent', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    let received = 0;
    relay.begin = (request, response) => {
      request.once('data', () => {
        response.writeHead(413, { connection: 'close' }).end('{"code":"device_storage_full"}');
        request.on('data', (chunk: Buffer) => (received += chunk.length));
      });
      return false;
    };
    const pieces = Array.from({ length: 64 }, () => noise(262_144));
    expect(await codeOf(transport.append(ROOM, BLOB, 0, pieces, null, forever))).toBe('device_storage_full');
    expect(received).toBeLessThan(16_000_000);
    relay.begin = undefined;
    relay.answer = (heard, response) => void response.writeHead(204, { 'upload-offset': String(heard.body.length) }).end();
    await transport.append(ROOM, BLOB, 0, [noise(10)], null, forever);
  });
});

describe('the way there', () => {
  it('is only to the key that the chat knows: nobody else gets a byte', async () => {
    const [relay, other] = [await serveFiles(), await serveFiles(1)];
    const { transport, asked } = reach(relay, {}, other.port);
    expect(await codeOf(transport.append(ROOM, BLOB, 0, [noise(100_000)], null, forever))).toBe('wrong_key');
    expect(asked).toEqual([false]);
    expect(other.heard).toEqual([]);
  });

  it('is another one once the relay is elsewhere', async () => {
    const [here, there] = [await serveFiles(), await serveFiles()];
    let port = here.port;
    const { createHttpFiles } = await import('../../../src/client/node/files/file-transport.ts');
    const files = createHttpFiles(() => ({ host: '127.0.0.1', relay: here.key, webPort: undefined }));
    onTestFinished(files.close);
    const transport = files.make(async () => ({ ticket: Buffer.from('t'), port }));
    await transport.keep(ROOM, BLOB, forever);
    port = there.port;
    await transport.keep(ROOM, BLOB, forever);
    expect([here.heard.length, there.heard.length]).toEqual([1, 1]);
  });

  it('is by the web port where the relay has no other one', async () => {
    const relay = await serveFiles();
    await reach(relay, { webPort: relay.port }, 0).transport.keep(ROOM, BLOB, forever);
    expect(relay.heard.length).toBe(1);
    expect(await codeOf(reach(relay, {}, 0).transport.keep(ROOM, BLOB, forever))).toBe('offline');
  });

  it('is tried again when a connection that waited was closed meanwhile', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    await transport.keep(ROOM, BLOB, forever);
    // At the moment at which it is used again.
    relay.begin = (request) => {
      relay.begin = undefined;
      request.socket.destroy();
      return false;
    };
    await transport.keep(ROOM, BLOB, forever);
    expect(relay.heard.length).toBe(2);
  });

  it('that breaks while something travels is cut', async () => {
    const relay = await serveFiles();
    const { transport } = reach(relay);
    relay.begin = (request) => {
      request.once('data', () => request.socket.destroy());
      return false;
    };
    const pieces = Array.from({ length: 64 }, () => noise(262_144));
    expect(await codeOf(transport.append(ROOM, BLOB, 0, pieces, null, forever))).toBe('cut');
  });

  it('says what is the matter where nobody listens, or somebody else does', async () => {
    const relay = await serveFiles();
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await codeOf(reach(relay, {}, port).transport.keep(ROOM, BLOB, forever))).toBe('refused');
    const plain = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('220 mail\r\n');
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void plain.close());
    const { port: mail } = plain.address() as AddressInfo;
    expect(await codeOf(reach(relay, {}, mail).transport.keep(ROOM, BLOB, forever))).toBe('not_corrillo');
  });
});
