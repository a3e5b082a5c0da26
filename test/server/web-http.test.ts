import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PROGRAM_VERSION, toHex, toWords } from '../../src/protocol/index.ts';
import { ask, LAN_ADDRESS, PAGE, runServer, SCRIPT, shareServer, temporaryFolder } from './running.ts';

const both = [
  ['http', false],
  ['https', true],
] as const;
const server = shareServer();
/** A request from another machine, as far as the relay can tell: it came through somebody. */
const FROM_ELSEWHERE = { 'X-Forwarded-For': '192.168.7.50' };

/** Numbers, words and addresses left out: what there is, by name and kind. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]));
};

test('README shows what is answered', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const samples = Array.from(readme.matchAll(/^\$ curl http:\/\/[\d.:]+(\/\S*)\n(.*)$/gm), ([, path, answer]) => [
    path as string,
    answer as string,
  ]);
  expect(samples.map(([path]) => path)).toEqual(['/', '/api/network-info', '/api/client-ip', '/api/relay']);
  for (const [path, answer] of samples as [string, string][]) {
    const { json } = await ask(server.ports.web, path, { headers: FROM_ELSEWHERE });
    if (path === '/') expect(JSON.parse(answer)).toEqual(json());
    else expect(shapeOf(JSON.parse(answer))).toEqual(shapeOf(json()));
  }
});

describe.each(both)('over %s', (_scheme, tls) => {
  test('the relay tells about itself', async () => {
    const { ports, relayKey, authority } = server;
    const { status, headers, json } = await ask(server.ports.web, '/api/relay', { tls, headers: { Host: 'tree.local:7000' } });
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(json()).toEqual({
      version: PROGRAM_VERSION,
      key: toHex(relayKey),
      words: toWords(relayKey),
      ports,
      ca: authority,
      trust: 'https://tree.local:7000/trust',
    });
  });

  test('the network is described, hardware addresses to the host alone', async () => {
    const { name, address, netmask, mac } = LAN_ADDRESS;
    const told = { serverIP: address, hostname: 'tree', platform: 'linux', interfaces: [{ name, address, netmask, mac }] };
    expect((await ask(server.ports.web, '/api/network-info', { tls })).json()).toEqual(told);
    const elsewhere = await ask(server.ports.web, '/api/network-info', { tls, headers: FROM_ELSEWHERE });
    expect(elsewhere.json()).toEqual({ ...told, interfaces: [{ name, address, netmask, mac: null }] });
  });

  test('a caller hears its address, and is believed another only through a configured proxy', async () => {
    const lie = { 'X-Forwarded-For': '10.9.9.9' };
    expect((await ask(server.ports.web, '/api/client-ip', { tls, headers: lie })).json()).toEqual({ ip: '127.0.0.1' });
    const proxied = await runServer({ proxies: ['127.0.0.1', '10.0.0.1'] });
    const ip = async (forwarded: string) =>
      (await ask(proxied.ports.web, '/api/client-ip', { tls, headers: { 'X-Forwarded-For': forwarded } })).json().ip;
    expect(await ip('10.9.9.9')).toBe('10.9.9.9');
    // What the last proxy saw counts, not what came to it.
    expect(await ip('1.2.3.4, 10.9.9.9')).toBe('10.9.9.9');
    expect(await ip('1.2.3.4, 10.9.9.9, 10.0.0.1')).toBe('10.9.9.9');
    expect(await ip('::ffff:10.9.9.9')).toBe('10.9.9.9');
    expect(await ip('nonsense<script>')).toBe('127.0.0.1');
  });

  test('the root is status for programs, whose names for what they accept do not matter', async () => {
    for (const headers of [{}, { Accept: '*/*' }, { Accept: 'application/json' }]) {
      const { status, headers: told, json } = await ask(server.ports.web, '/', { tls, headers });
      expect(status).toBe(200);
      expect(told['content-type']).toMatch(/^application\/json/);
      expect(json()).toEqual({
        status: 'ok',
        message: expect.any(String),
        endpoints: expect.arrayContaining(['/api/network-info', '/api/client-ip']),
      });
    }
  });

  test.each(['/', '/f', '/j/00112233445566778899aabbccddeeff', '/index.html'])(
    '%s is the page for a browser on this machine',
    async (path) => {
      const headers = { Accept: 'text/html,application/xhtml+xml', Host: `localhost:${server.ports.web}` };
      const { status, headers: told, text } = await ask(server.ports.web, path, { tls, headers });
      expect([status, told['content-type'], text]).toEqual([200, 'text/html; charset=utf-8', PAGE]);
    },
  );

  test.each(['/', '/api/network-info', '/api/client-ip', '/api/relay'])('%s may be read by pages of this network', async (path) => {
    const origin = async (value: string) =>
      (await ask(server.ports.web, path, { tls, headers: { Origin: value } })).headers['access-control-allow-origin'];
    expect((await ask(server.ports.web, path, { tls })).headers['access-control-allow-origin']).toBe('*');
    expect(await origin('http://localhost:3000')).toBe('http://localhost:3000');
    expect(await origin('https://192.168.7.20')).toBe('https://192.168.7.20');
    const asked = await ask(server.ports.web, path, {
      tls,
      method: 'OPTIONS',
      headers: { Origin: 'http://localhost:3000', 'Access-Control-Request-Method': 'GET' },
    });
    expect([asked.status, asked.headers['access-control-allow-origin'], asked.headers['access-control-allow-methods']]).toEqual([
      204,
      'http://localhost:3000',
      'GET, HEAD, OPTIONS',
    ]);
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined();
  });

  test('only GET, HEAD and OPTIONS are answered', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      const { status, headers, json } = await ask(server.ports.web, '/api/relay', { tls, method });
      expect([status, headers.allow, json().code]).toEqual([405, 'GET, HEAD, OPTIONS', 'method_not_allowed']);
    }
    expect((await ask(server.ports.web, '/nowhere', { tls })).json()).toMatchObject({ status: 'error', code: 'not_found' });
  });

  test('HEAD has the headers of GET and no body', async () => {
    for (const path of ['/', '/api/client-ip', '/icon.png']) {
      const [get, head] = [await ask(server.ports.web, path, { tls }), await ask(server.ports.web, path, { tls, method: 'HEAD' })];
      const plain = ({ headers: { date: _date, ...rest } }: typeof get) => rest;
      expect([head.status, plain(head), head.body.length]).toEqual([get.status, plain(get), 0]);
      expect(Number(head.headers['content-length'])).toBe(get.body.length);
    }
  });

  test('nobody is told to come by https for ever, nor given a cookie', async () => {
    for (const path of ['/', '/api/relay', '/index.html', '/nowhere', '/socket.io/?EIO=4&transport=polling']) {
      const { headers } = await ask(server.ports.web, path, { tls, headers: { Accept: 'text/html' } });
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  test.each([
    'evil.example',
    'evil.example:5000',
    '203.0.113.7',
    '192.168.7.21',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.evil.example',
    'tree.evil.example',
    'a b',
    '[::2]',
    'localhost:99999999',
  ])('who calls the relay %j is sent away', async (host) => {
    for (const path of ['/', '/api/network-info', '/socket.io/?EIO=4&transport=polling']) {
      const { status, headers, text } = await ask(server.ports.web, path, { tls, headers: { Host: host } });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain('sid');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('the names of this machine, and those that were configured, are its own', async () => {
    const { ports } = await runServer({ names: ['Chat.School.example'] });
    const names = [
      'localhost',
      '127.0.0.1',
      '[::1]',
      '192.168.7.20',
      'tree',
      'TREE.local',
      'tree.lan',
      'tree.home.arpa',
      'another.local',
      'chat.school.example',
      'localhost.',
    ];
    for (const host of names)
      expect([host, (await ask(ports.web, '/api/relay', { tls, headers: { Host: `${host}:${ports.web}` } })).status]).toEqual([host, 200]);
  });

  test.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'null',
    'file://',
    'https://192.168.7.21',
    'ftp://localhost',
    'https://localhost/../..',
    'localhost',
  ])('the page of %j may not come here', async (origin) => {
    for (const path of ['/api/relay', '/socket.io/?EIO=4&transport=polling']) {
      const { status, headers, text } = await ask(server.ports.web, path, { tls, headers: { Origin: origin } });
      expect([path, status]).toEqual([path, 403]);
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(text).not.toContain('sid');
    }
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/./index.html',
    '//index.html',
    '/index.html/',
    '/%00',
    '/j/a/b',
    '/assets',
    '/assets/',
    '/__proto__',
    '/constructor',
    'http://localhost/../secret.txt',
  ])('%s leads nowhere', async (path) => {
    const { status, text } = await ask(server.ports.web, path, { tls });
    expect([path, status]).toEqual([path, 404]);
    expect(text).not.toContain('secret');
  });
});

describe('files of the page', () => {
  test('say how long they hold, what they are and what they may do', async () => {
    const page = await ask(server.ports.web, '/index.html', { headers: { Host: `192.168.7.20:${server.ports.web}` } });
    expect(page.headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = String(page.headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        `connect-src 'self' ws://192.168.7.20:${server.ports.web} wss://192.168.7.20:${server.ports.web}`,
      ]),
    );
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/);
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
    const script = await ask(server.ports.web, '/assets/app-1a2b.js');
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect((await ask(server.ports.web, '/icon.png')).headers['content-type']).toBe('image/png');
    for (const path of ['/', '/api/relay', '/api/network-info', '/api/client-ip'])
      expect((await ask(server.ports.web, path)).headers['cache-control']).toBe('no-store');
  });

  test('come compressed to who can take it, and not again to who has them', async () => {
    const plain = await ask(server.ports.web, '/assets/app-1a2b.js');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.text).toBe(SCRIPT);
    const packed = await ask(server.ports.web, '/assets/app-1a2b.js', { headers: { 'Accept-Encoding': 'br, gzip' } });
    expect([packed.headers['content-encoding'], packed.headers.vary]).toEqual(['gzip', 'Accept-Encoding']);
    expect(gunzipSync(packed.body).toString()).toBe(SCRIPT);
    expect(packed.body.length).toBeLessThan(SCRIPT.length / 4);
    const again = await ask(server.ports.web, '/assets/app-1a2b.js', { headers: { 'If-None-Match': String(plain.headers.etag) } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(
      (await ask(server.ports.web, '/icon.png', { headers: { 'Accept-Encoding': 'gzip' } })).headers['content-encoding'],
    ).toBeUndefined();
    expect(
      (await ask(server.ports.web, '/assets/app-1a2b.js', { headers: { 'Accept-Encoding': 'gzip;q=0, identity' } })).headers[
        'content-encoding'
      ],
    ).toBeUndefined();
  });

  test('that were not built are a sentence, and the rest works', async () => {
    const { ports } = await runServer({ webRoot: temporaryFolder() });
    const { status, text } = await ask(ports.web, '/', { headers: { Accept: 'text/html' } });
    expect([status, text]).toEqual([503, expect.stringContaining('npm run build')]);
    expect((await ask(ports.web, '/')).json()).toMatchObject({ status: 'ok' });
  });
});

describe('plain http from another machine', () => {
  test('shows the way in and nothing else', async () => {
    const host = `192.168.7.20:${server.ports.web}`;
    for (const path of ['/', '/f', '/j/00112233445566778899aabbccddeeff']) {
      for (const headers of [
        { Host: host },
        { Host: 'localhost', ...FROM_ELSEWHERE },
        { Host: 'localhost', Forwarded: 'for=10.0.0.1' },
        { Host: 'localhost', 'X-Forwarded-Host': 'x' },
      ]) {
        const {
          status,
          text,
          headers: told,
        } = await ask(server.ports.web, path, { tls: false, headers: { Accept: 'text/html', ...headers } });
        expect(status).toBe(200);
        expect(text).toContain(`href="https://${headers.Host}${path}"`);
        expect(text).not.toContain('<script');
        expect(told['content-security-policy']).toContain("default-src 'self'");
        expect(told['cache-control']).toBe('no-store');
      }
    }
    for (const path of ['/assets/app-1a2b.js', '/icon.png', '/build.json']) {
      const { status, json } = await ask(server.ports.web, path, { tls: false, headers: { Host: host } });
      expect([status, json()]).toEqual([
        403,
        { status: 'error', code: 'tls_required', message: expect.any(String), url: `https://${host}${path}` },
      ]);
    }
  });

  test('has the help page for the certificate, and the CA', async () => {
    const headers = { Host: `192.168.7.20:${server.ports.web}`, 'User-Agent': 'Mozilla/5.0 (Windows NT 10.0)' };
    const page = await ask(server.ports.web, '/trust', { tls: false, headers });
    expect(page.status).toBe(200);
    expect(page.text).toContain(`data-url="https://192.168.7.20:${server.ports.chat}/trusted"`);
    expect(page.text).toContain(server.authority.words.join(' '));
    expect(page.text).toContain('<details id="windows" open>');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain(`connect-src https://192.168.7.20:${server.ports.chat};`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect((await ask(server.ports.web, '/trust?lang=es', { tls: false, headers })).text).toContain('<html lang="es">');
    expect((await ask(server.ports.web, '/ca.crt', { tls: false, headers })).status).toBe(200);
  });

  test('is in the language of the browser', async () => {
    const language = async (accepted: string) =>
      (await ask(server.ports.web, '/f', { tls: false, headers: { Host: '192.168.7.20', 'Accept-Language': accepted } })).text;
    expect(await language('es-AR,es;q=0.9,en;q=0.8')).toContain('<html lang="es">');
    expect(await language('fr,en;q=0.8,es;q=0.7')).toContain('<html lang="en">');
    expect(await language('')).toContain('<html lang="en">');
  });

  test('is protected behind a configured proxy that has done the encryption', async () => {
    const { ports } = await runServer({ proxies: ['127.0.0.1'] });
    const page = (headers: Record<string, string>) =>
      ask(ports.web, '/index.html', { tls: false, headers: { Host: '192.168.7.20', ...headers } });
    expect((await page({ ...FROM_ELSEWHERE, 'X-Forwarded-Proto': 'https' })).text).toBe(PAGE);
    expect((await page({ ...FROM_ELSEWHERE, 'X-Forwarded-Proto': 'http' })).text).not.toBe(PAGE);
    const unknown = await runServer();
    const lie = { Host: '192.168.7.20', 'X-Forwarded-Proto': 'https' };
    expect((await ask(unknown.ports.web, '/index.html', { tls: false, headers: lie })).text).not.toBe(PAGE);
  });
});

describe('connections to the web port', () => {
  /** Sends bytes and gives back what came until the relay closed. */
  function send(port: number, ...pieces: Array<string | Uint8Array>): Promise<string> {
    return new Promise((resolve) => {
      const socket = connectTcp({ host: '127.0.0.1', port }, () => pieces.forEach((piece) => socket.write(piece)));
      let heard = '';
      socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
      socket.on('error', () => {});
      socket.on('close', () => resolve(heard));
    });
  }

  test.each([
    ['no HTTP', 'hello relay, how are you?\r\n\r\n', /^HTTP\/1.1 400/],
    ['zeros', new Uint8Array(1000), /^HTTP\/1.1 400/],
    ['headers without end', `GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(10_000)}`, /^HTTP\/1.1 431/],
    [
      'a request that smuggles another',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1.1 400/,
    ],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 (200|4\d\d)/],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 4/],
    ['half a TLS record', Uint8Array.of(0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5), '\u0015'],
    ['TLS that is none', Buffer.concat([Uint8Array.of(0x16), Buffer.alloc(600, 0xff)]), ''],
  ])('%s: end, and the others go on', async (_what, bytes, expected) => {
    const { log } = server;
    const answer = await send(server.ports.web, bytes);
    if (typeof expected === 'string') expect(answer.slice(0, 1)).toBe(expected);
    else expect(answer).toMatch(expected);
    expect((await ask(server.ports.web, '/')).status).toBe(200);
    expect(log.filter((line) => line.startsWith('!'))).toEqual([]);
  });

  test('that only upgrade to something else are refused, however they end', async () => {
    const { log } = server;
    const upgrade = (path: string, host = 'localhost') =>
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    expect(await send(server.ports.web, upgrade('/chat'))).toMatch(/^HTTP\/1.1 403/);
    expect(await send(server.ports.web, upgrade('/socket.io/?EIO=4&transport=websocket', 'evil.example'))).toMatch(/^HTTP\/1.1 403/);
    expect((await ask(server.ports.web, '/')).status).toBe(200);
    expect(log).toEqual([]);
  });
});
