import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ANA, BYTES, JUAN, openFilePort, OTHER_ROOM, ROOM, ticketOf, TUS } from './file-port.ts';

const MIB = 1024 * 1024;

describe('an upload', () => {
  test('is made, filled and read back, whole and in ranges', async () => {
    const files = await openFilePort();
    const bytes = randomBytes(3 * MIB + 17);
    const made = await files.ask('POST', `/files/${ROOM}`, { headers: { ...TUS, 'upload-length': bytes.length } });
    expect(made).toMatchObject({ status: 201, headers: { 'tus-resumable': '1.0.0', 'upload-expires': expect.stringMatching(/ GMT$/) } });
    const path = made.headers.location as string;
    expect(path).toMatch(new RegExp(`^/files/${ROOM}/[0-9a-f]{32}$`));
    const looks = () => files.ask('HEAD', path, { headers: TUS });
    expect((await looks()).headers).toMatchObject({
      'upload-offset': '0',
      'upload-length': `${bytes.length}`,
      'cache-control': 'no-store',
    });

    expect(await files.patch(path, 0, bytes.subarray(0, MIB))).toMatchObject({ status: 204, headers: { 'upload-offset': `${MIB}` } });
    // Others see nothing of it before it is whole.
    expect(await files.ask('GET', path)).toMatchObject({ status: 404, code: 'unknown_file' });
    expect(await files.ask('POST', `${path}/keep`)).toMatchObject({ status: 404, code: 'unknown_file' });
    await files.patch(path, MIB, bytes.subarray(MIB));
    expect((await looks()).headers['upload-offset']).toBe(`${bytes.length}`);

    const whole = await files.ask('GET', path);
    expect(whole).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'accept-ranges': 'bytes',
      },
    });
    expect(whole.body.equals(bytes)).toBe(true);
    const middle = await files.ask('GET', path, { headers: { range: 'bytes=100-1100099' } });
    expect(middle).toMatchObject({ status: 206, headers: { 'content-range': `bytes 100-1100099/${bytes.length}` } });
    expect(middle.body.equals(bytes.subarray(100, 1_100_100))).toBe(true);
  });

  test.each([
    ['bytes=5-', 206, 'fghij'],
    ['bytes=0-0', 206, 'a'],
    ['bytes=8-99', 206, 'ij'],
    ['bytes=-3', 206, 'hij'],
    ['bytes=-99', 206, 'abcdefghij'],
    ['bytes=10-', 416, undefined],
    ['bytes=-0', 416, undefined],
    // What is not one range of bytes is as if it were not there.
    ['bytes=0-1,3-4', 200, 'abcdefghij'],
    ['bytes=4-2', 200, 'abcdefghij'],
    ['bytes=-', 200, 'abcdefghij'],
    ['bytes= 1-2', 200, 'abcdefghij'],
    ['lines=1-2', 200, 'abcdefghij'],
    [`bytes=${'9'.repeat(400)}-`, 200, 'abcdefghij'],
  ])('answers Range: %.30s with %i', async (range, status, text) => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('abcdefghij'));
    const reply = await files.ask('GET', path, { headers: { range } });
    expect(reply.status).toBe(status);
    if (text === undefined) expect(reply).toMatchObject({ code: 'range_not_satisfiable', headers: { 'content-range': 'bytes */10' } });
    else expect(reply.body.toString()).toBe(text);
  });

  test('a range is given only of the blob that If-Range names', async () => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('abcdefghij'));
    const { etag } = (await files.ask('GET', path)).headers;
    const ranged = (tag: string) => files.ask('GET', path, { headers: { range: 'bytes=0-1', 'if-range': tag } });
    expect([(await ranged(etag as string)).status, (await ranged('"other"')).status]).toEqual([206, 200]);
  });

  test('may tell its length at the end, and not before it knows', async () => {
    const files = await openFilePort();
    const path = await files.create(null);
    await files.patch(path, 0, Buffer.from('first '));
    const { headers } = await files.ask('HEAD', path, { headers: TUS });
    expect([headers['upload-offset'], headers['upload-defer-length'], headers['upload-length']]).toEqual(['6', '1', undefined]);
    expect(await files.patch(path, 6, Buffer.from('last'), { 'upload-length': '10' })).toMatchObject({ status: 204 });
    expect((await files.ask('GET', path)).body.toString()).toBe('first last');
    expect(await files.patch(path, 10, Buffer.from('more'))).toMatchObject({ status: 413, code: 'too_large' });
  });

  test('may end with a request that brings its length and no bytes', async () => {
    const files = await openFilePort();
    const path = await files.create(null);
    await files.patch(path, 0, Buffer.from('all'));
    expect(await files.patch(path, 3, Buffer.alloc(0), { 'upload-length': '3' })).toMatchObject({ status: 204 });
    expect((await files.ask('GET', path)).body.toString()).toBe('all');
  });

  test('of no bytes is whole at once', async () => {
    const files = await openFilePort();
    const path = await files.create(0);
    expect(await files.ask('GET', path)).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  test('may come in pieces of unknown size (chunked)', async () => {
    const files = await openFilePort();
    const bytes = randomBytes(2 * MIB);
    const path = await files.create(bytes.length);
    expect(await files.patch(path, 0, bytes, { 'transfer-encoding': 'chunked' })).toMatchObject({ status: 204 });
    expect((await files.ask('GET', path)).body.equals(bytes)).toBe(true);
    const short = await files.create(10);
    expect(await files.patch(short, 0, bytes, { 'transfer-encoding': 'chunked' })).toMatchObject({ status: 413, code: 'too_large' });
    expect((await files.ask('HEAD', short, { headers: TUS })).headers['upload-offset']).toBe('0');
  });

  test('is removed by the device that made it, and by nobody else', async () => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('text'));
    expect(await files.ask('DELETE', path, { headers: TUS, ticket: ticketOf(JUAN) })).toMatchObject({ status: 403, code: 'not_yours' });
    expect(await files.ask('DELETE', path, { headers: TUS })).toMatchObject({ status: 204 });
    for (const method of ['HEAD', 'GET', 'DELETE']) expect((await files.ask(method, path, { headers: TUS })).status).toBe(404);
  });

  test('is written by the device that made it, and read by all of the room', async () => {
    const files = await openFilePort();
    const path = await files.create(4);
    expect(await files.patch(path, 0, Buffer.from('text'), {}, ticketOf(JUAN))).toMatchObject({ status: 403, code: 'not_yours' });
    await files.patch(path, 0, Buffer.from('text'));
    expect((await files.ask('GET', path, { ticket: ticketOf(JUAN) })).body.toString()).toBe('text');
    expect(await files.ask('POST', `${path}/keep`, { ticket: ticketOf(JUAN) })).toMatchObject({ status: 204 });
  });
});

describe('what stays', () => {
  test('a whole one is an orphan until its message is in the log, or another device fetches it', async () => {
    const files = await openFilePort();
    const expires = async (path: string) => (await files.ask('HEAD', path, { headers: TUS })).headers['upload-expires'];
    const [told, fetched] = [await files.upload(Buffer.from('text')), await files.upload(Buffer.from('text'))];
    await files.ask('GET', fetched);
    expect([await expires(told), await expires(fetched)]).toEqual([expect.stringMatching(/ GMT$/), expect.stringMatching(/ GMT$/)]);
    await files.ask('POST', `${told}/keep`);
    await files.ask('GET', fetched, { ticket: ticketOf(JUAN) });
    // Kept for ever here.
    expect([await expires(told), await expires(fetched)]).toEqual([undefined, undefined]);
  });

  test('what is over is gone, and so is its file', async () => {
    const files = await openFilePort({ limits: { unfinishedTime: 300, sweepEach: 20 } });
    const path = await files.create(8);
    await files.patch(path, 0, Buffer.from('four'));
    const stored = () => readdirSync(join(files.folder, 'blobs'));
    expect(stored()).toEqual([path.slice(-32)]);
    while (stored().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await files.ask('HEAD', path, { headers: TUS })).status).toBe(404);
  });
});

describe('a request that is not right', () => {
  test.each<[string, Record<string, string>, number, string]>([
    ['no length', {}, 400, 'bad_request'],
    ['both lengths', { 'upload-length': '5', 'upload-defer-length': '1' }, 400, 'bad_request'],
    ['another deferral', { 'upload-defer-length': '2' }, 400, 'bad_request'],
    ['a negative length', { 'upload-length': '-1' }, 400, 'bad_request'],
    ['a length with a point', { 'upload-length': '1.5' }, 400, 'bad_request'],
    ['a length in hex', { 'upload-length': '0x10' }, 400, 'bad_request'],
    ['a length beyond all numbers', { 'upload-length': '9'.repeat(30) }, 400, 'bad_request'],
    ['two lengths', { 'upload-length': '5, 5' }, 400, 'bad_request'],
    ['no version of tus', { 'upload-length': '5', 'tus-resumable': '' }, 412, 'tus_version'],
    ['another version of tus', { 'upload-length': '5', 'tus-resumable': '0.2.2' }, 412, 'tus_version'],
  ])('makes nothing: %s', async (_what, headers, status, code) => {
    const files = await openFilePort();
    expect(await files.ask('POST', `/files/${ROOM}`, { headers: { ...TUS, ...headers } })).toMatchObject({ status, code });
  });

  test.each<[string, Record<string, string>, number, string]>([
    ['another type', { 'content-type': 'application/octet-stream' }, 415, 'wrong_type'],
    ['an offset in front', { 'upload-offset': '2' }, 409, 'wrong_offset'],
    ['an offset behind', { 'upload-offset': '5' }, 409, 'wrong_offset'],
    ['an offset twice', { 'upload-offset': '4, 4' }, 400, 'bad_request'],
    ['no offset', { 'upload-offset': '' }, 400, 'bad_request'],
    ['another length than before', { 'upload-length': '9' }, 400, 'bad_request'],
  ])('adds nothing: %s', async (_what, headers, status, code) => {
    const files = await openFilePort();
    const path = await files.create(8);
    await files.patch(path, 0, Buffer.from('four'));
    const reply = await files.patch(path, 4, Buffer.from('more'), headers);
    expect(reply).toMatchObject({ status, code });
    if (code === 'wrong_offset') expect(reply.headers['upload-offset']).toBe('4');
    // The connection serves on, and nothing was added.
    expect(await files.patch(path, 4, Buffer.from('rest'))).toMatchObject({ status: 204 });
    expect((await files.ask('GET', path)).body.toString()).toBe('fourrest');
  });

  test('adds no more than there was to be', async () => {
    const files = await openFilePort();
    const path = await files.create(8);
    expect(await files.patch(path, 0, Buffer.from('nine long'))).toMatchObject({ status: 413, code: 'too_large' });
  });

  test('another spelling of a path leads nowhere', async () => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('text'));
    const id = path.slice(-32);
    for (const other of [
      `/files/${ROOM}/../${ROOM}/${id}`,
      `/files//${ROOM}/${id}`,
      `/files/${ROOM}/${id}/`,
      `/files/${ROOM}/${id}?a=b`,
      `/files/${ROOM}/${id.toUpperCase()}x`,
      `/files/${ROOM}/%2e%2e/${id}`,
      `/files/${ROOM}/..%2f..%2findex%2fdata.mdb`,
      `/files/${ROOM}/../../index/data.mdb`,
      `/files/${ROOM.toUpperCase()}/${id}`,
      '/files/',
      '/',
    ]) {
      expect(await files.ask('GET', other), other).toMatchObject({ status: 404, code: 'unknown_file' });
    }
  });

  test('names no other method than its own', async () => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('text'));
    for (const [method, at, allow] of [
      ['PUT', path, 'HEAD, PATCH, GET, DELETE, OPTIONS'],
      ['GET', `/files/${ROOM}`, 'POST, OPTIONS'],
      ['GET', `${path}/keep`, 'POST, OPTIONS'],
    ] as const) {
      expect(await files.ask(method, at, { headers: TUS })).toMatchObject({ status: 405, code: 'method_not_allowed', headers: { allow } });
    }
    const disguised = await files.ask('POST', path, { headers: { ...TUS, 'x-http-method-override': 'DELETE' } });
    expect(disguised.status).toBe(405);
    expect((await files.ask('GET', path)).status).toBe(200);
  });
});

describe('who may', () => {
  const wrong: ReadonlyArray<readonly [string, string | null]> = [
    ['none', null],
    ['nonsense', 'nonsense'],
    ['one that is over', ticketOf(ANA, ROOM, Date.now() - 700_000)],
    ['one of another relay', ticketOf(ANA, ROOM, Date.now(), new Uint8Array(32).fill(8))],
    ['one with another device in it', forge((bytes) => (bytes[20] = (bytes[20] as number) ^ 1))],
    ['one with a later end', forge((bytes) => (bytes[51] = (bytes[51] as number) ^ 1))],
    ['one of another version', forge((bytes) => (bytes[0] = 1))],
    ['one that is cut short', ticketOf().slice(0, -4)],
    ['one with more behind it', `${ticketOf()}AAAA`],
  ];

  function forge(change: (bytes: Uint8Array) => void): string {
    const bytes = Buffer.from(ticketOf(), 'base64url');
    change(bytes);
    return bytes.toString('base64url');
  }

  test('a ticket that is not good opens nothing, whatever is asked', async () => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('text'));
    for (const [what, ticket] of wrong) {
      for (const [method, at] of [
        ['POST', `/files/${ROOM}`],
        ['HEAD', path],
        ['GET', path],
        ['PATCH', path],
        ['DELETE', path],
        ['POST', `${path}/keep`],
        ['GET', `/files/${ROOM}/${'0'.repeat(32)}`],
      ] as const) {
        const { status, code } = await files.ask(method, at, { headers: { ...BYTES, 'upload-length': 5, 'upload-offset': 0 }, ticket });
        expect([status, code], `${what}: ${method} ${at}`).toEqual([401, method === 'HEAD' ? undefined : 'ticket_refused']);
      }
    }
  });

  test('a stranger to the room cannot tell what there is from what there is not', async () => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('text'));
    const id = path.slice(-32);
    const ticket = ticketOf(JUAN, OTHER_ROOM);
    const replies = [];
    for (const at of [path, `/files/${OTHER_ROOM}/${id}`, `/files/${OTHER_ROOM}/${'0'.repeat(32)}`, `/files/${'f'.repeat(32)}/${id}`]) {
      const { status, code, body, headers } = await files.ask('GET', at, { ticket });
      replies.push({ status, code, body: body.toString(), names: Object.keys(headers).toSorted() });
    }
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(replies[0]).toMatchObject({ status: 404, code: 'unknown_file' });
    // A ticket is for the room that the path names, and makes nothing elsewhere.
    expect(await files.ask('GET', `/files/${OTHER_ROOM}/${id}`)).toMatchObject({ status: 404, code: 'unknown_file' });
    expect(await files.ask('POST', `/files/${OTHER_ROOM}`, { headers: { ...TUS, 'upload-length': 5 } })).toMatchObject({
      status: 404,
      code: 'unknown_file',
    });
  });

  test('a device that was taken out is refused at once, and what it has under way is cut off; others go on', async () => {
    const files = await openFilePort();
    const bytes = randomBytes(24 * MIB);
    const path = await files.upload(bytes);
    const ticket = ticketOf(JUAN);
    const running = await startReading(files.server.port, path, ticket);
    const other = await startReading(files.server.port, path, ticketOf());
    files.server.revoke({ room: ROOM, device: JUAN, at: Date.now() });
    await expect(running.whole()).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    expect(await files.ask('GET', path, { ticket })).toMatchObject({ status: 401, code: 'ticket_refused' });
    expect((await other.whole()).length).toBe(bytes.length);
    // Taken in again, it gets a new one.
    expect((await files.ask('HEAD', path, { headers: TUS, ticket: ticketOf(JUAN, ROOM, Date.now() + 5) })).status).toBe(200);
  });

  /** Reads the first bytes and then waits. */
  function startReading(port: number, path: string, ticket: string): Promise<{ whole(): Promise<Buffer> }> {
    return new Promise((resolve, reject) => {
      const asked = request({
        host: '127.0.0.1',
        port,
        path,
        rejectUnauthorized: false,
        agent: false,
        headers: { authorization: `Bearer ${ticket}` },
      });
      asked.on('error', reject);
      asked.on('response', (response) => {
        response.once('readable', () =>
          resolve({
            async whole() {
              const chunks: Buffer[] = [];
              for await (const chunk of response) chunks.push(chunk as Buffer);
              return Buffer.concat(chunks);
            },
          }),
        );
      });
      asked.end();
    });
  }

  test('programs may come by a name that this machine does not know', async () => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('text'));
    for (const host of ['relay.example:9010', '[fe80::1%25eth0]:9010', '203.0.113.7'])
      expect((await files.ask('GET', path, { headers: { host } })).body.toString(), host).toBe('text');
  });

  test('pages of this machine may read the answers, those of other sites get none', async () => {
    const files = await openFilePort();
    const path = await files.upload(Buffer.from('text'));
    const own = { origin: 'https://127.0.0.1:5000' };
    const asked = await files.ask('OPTIONS', path, { headers: { ...own, 'access-control-request-method': 'PATCH' }, ticket: null });
    expect(asked).toMatchObject({
      status: 204,
      headers: {
        'tus-version': '1.0.0',
        'tus-extension': 'creation,creation-defer-length,expiration,termination',
        'access-control-allow-origin': 'https://127.0.0.1:5000',
        'access-control-allow-methods': expect.stringContaining('PATCH'),
        'access-control-allow-headers': expect.stringContaining('Upload-Offset'),
      },
    });
    const read = await files.ask('HEAD', path, { headers: { ...own, ...TUS } });
    expect(read.headers).toMatchObject({
      'access-control-allow-origin': own.origin,
      'access-control-expose-headers': expect.stringContaining('Upload-Offset'),
    });
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'https://evil.example', host: 'localhost' }, { origin: 'null' }]) {
      const refused = await files.ask('GET', path, { headers });
      expect([refused.status, refused.code, refused.headers['access-control-allow-origin']]).toEqual([403, 'host_refused', undefined]);
    }
  });
});
