import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetchTransport } from '../../src/client/browser/index.ts';
import { toBase64Url } from '../../src/protocol/index.ts';

const ROOM = 'ab'.repeat(16);
const BLOB = 'cd'.repeat(16);
const forever = new AbortController().signal;
const codeOf = (what: Promise<unknown>) =>
  what.then(
    () => 'nothing',
    (error: unknown) => (error as { code?: string }).code,
  );

/** A relay that answers as a test says, and a transport to it. */
async function reach(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  const asked: boolean[] = [];
  const transport = createFetchTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)(async (_room, { renew }) => {
    asked.push(renew);
    return { ticket: Uint8Array.of(asked.length), port: 0 };
  });
  return { transport, asked, close };
}

async function read(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const piece of pieces) size += piece.length;
  return size;
}

const refuse = (response: ServerResponse, status: number, code: string) =>
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ code, message: '' }));

describe('a page’s way to the relay’s files', () => {
  it('gets another ticket once, where one is refused', async () => {
    const shown: unknown[] = [];
    const { transport, asked } = await reach((request, response) => {
      shown.push(request.headers.authorization);
      if (shown.length === 1) refuse(response, 401, 'ticket_refused');
      else response.writeHead(200, { 'Upload-Offset': '5', 'Upload-Length': '9' }).end();
    });
    expect(await transport.offset(ROOM, BLOB, forever)).toEqual({ offset: 5, length: 9 });
    expect(asked).toEqual([false, true]);
    expect(shown).toEqual([1, 2].map((number) => `Bearer ${toBase64Url(Uint8Array.of(number))}`));
    const never = await reach((_request, response) => refuse(response, 401, 'ticket_refused'));
    expect(await codeOf(never.transport.offset(ROOM, BLOB, forever))).toBe('ticket_refused');
    expect(never.asked).toEqual([false, true]);
  });

  it.each([
    [413, '{"code":"room_storage_full","free":12}', 'room_storage_full'],
    [404, '{"code":"unknown_file"}', 'unknown_file'],
    [404, '{"code":"<b>"}', 'not_corrillo'],
    [404, '<html>', 'not_corrillo'],
    [502, '<html>', 'not_corrillo'],
    [200, '', 'not_corrillo'],
  ])('reads the answer %i %s as %s', async (status, body, code) => {
    const { transport } = await reach(
      (_request, response) =>
        void response.writeHead(status, body.startsWith('{') ? { 'Content-Type': 'application/json; charset=utf-8' } : {}).end(body),
    );
    expect(await codeOf(transport.create(ROOM, 5, forever))).toBe(code);
  });

  it('says that there is no connection, or that it broke in the middle', async () => {
    const gone = await reach(() => {});
    gone.close();
    expect(await codeOf(gone.transport.create(ROOM, 5, forever))).toBe('offline');
    const cut = await reach((_request, response) => {
      response.writeHead(206, { 'Content-Range': 'bytes 0-99/100', 'Content-Length': '100' });
      response.write(Buffer.alloc(40), () => response.destroy());
    });
    expect(await codeOf(read(cut.transport.fetch(ROOM, BLOB, 0, null, forever)))).toBe('cut');
    const sent = await reach((request) => request.destroy());
    expect(await codeOf(sent.transport.append(ROOM, BLOB, 0, [new Uint8Array(10)], null, forever))).toBe('cut');
  });

  it('fetches a large blob in slices, so that others come in between', async () => {
    const size = 40 * 1024 * 1024;
    const ranges: unknown[] = [];
    const { transport } = await reach((request, response) => {
      ranges.push(request.headers.range);
      const [from, to] = (/bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []).slice(1).map(Number) as [number, number];
      const end = Math.min(to, size - 1);
      response.writeHead(206, { 'Content-Range': `bytes ${from}-${end}/${size}` }).end(Buffer.alloc(end - from + 1));
    });
    expect(await read(transport.fetch(ROOM, BLOB, 74, null, forever))).toBe(size - 74);
    expect(ranges).toHaveLength(3);
  });

  it('leaves connections to the chat: never more than four at a time, and none to who has gone', async () => {
    let open = 0;
    let most = 0;
    const answers: Array<() => void> = [];
    const { transport } = await reach((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      answers.push(() => {
        open -= 1;
        response.writeHead(204).end();
      });
    });
    const gone = new AbortController();
    const requests = Array.from({ length: 9 }, (_, i) => codeOf(transport.keep(ROOM, BLOB, i === 8 ? gone.signal : forever)));
    await expect.poll(() => answers.length).toBe(4);
    gone.abort();
    expect(await requests[8]).toBe('cut');
    for (let i = 0; i < 8; i++) {
      await expect.poll(() => answers.length).toBeGreaterThan(i);
      answers[i]?.();
    }
    expect(await Promise.all(requests.slice(0, 8))).toEqual(Array.from({ length: 8 }, () => 'nothing'));
    expect(most).toBe(4);
  });
});
