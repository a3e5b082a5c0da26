import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { childOf, joinAsFounder } from '../file-process/member.ts';
import { askFiles, BYTES, TUS } from '../server/blobs/file-port.ts';
import { createSeededRandom, type SeededRandom } from '../sim/random.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { type Point, slope } from './memory.ts';
import { seedsOf } from './report.ts';

/** FUZZ_SEED=n repeats one run of two hundred. */
const REQUESTS_IN_ALL = lengthOf('fileRequests');
const REQUESTS_IN_A_RUN = 200;
const LANES = 8;
const PATIENCE = 5_000;
/** A connection on which nothing has come for so long has said what it will. */
const QUIET = 40;
/** What a process may grow by before it is warm, and for each request, bytes. */
const WARM = 24_000_000;
const LEFT_BEHIND = 2_000;

test.each(['files', 'web'] as const)(
  `${REQUESTS_IN_ALL} damaged requests about files at the %s port: nothing crashes, nothing grows, nothing is lost`,
  async (name) => {
    const { relay, listening, ports } = await startRelay(join(temporaryFolder(), 'relay'), undefined, ['--files-reserve', '0']);
    const member = await joinAsFounder(listening);
    const { text: ticket } = await member.ticket();
    const pids = [relay.child.pid as number, await childOf(relay.child.pid as number)];
    const at = { host: '127.0.0.1', port: ports[name], rejectUnauthorized: false, agent: false };
    const make = async (size: number) =>
      (await askFiles(at, 'POST', `/files/${member.room}`, { headers: { ...TUS, 'upload-length': size }, ticket })).headers
        .location as string;
    const kept = await make(4);
    await askFiles(at, 'PATCH', kept, { headers: { ...BYTES, 'upload-offset': 0 }, body: Buffer.from('kept'), ticket });
    const scene: Scene = { room: member.room, ticket, kept, growing: await make(1_000_000) };

    const memory: Point[] = [];
    const statuses = new Set<string>();
    let done = 0;
    for (const seed of seedsOf(REQUESTS_IN_ALL / REQUESTS_IN_A_RUN)) {
      const random = createSeededRandom(seed);
      await Promise.all(
        Array.from({ length: LANES }, async () => {
          for (let i = 0; i < REQUESTS_IN_A_RUN / LANES; i++) {
            for (const status of await utter(at.port, random, scene)) statuses.add(status);
            done += 1;
          }
        }),
      );
      memory.push([done, pids.reduce((sum, pid) => sum + residentOf(pid), 0)]);
      // Whoever is right is served, by the same processes.
      expect((await askFiles(at, 'GET', kept, { ticket })).body.toString(), `seed ${seed}`).toBe('kept');
      expect(await childOf(relay.child.pid as number), `seed ${seed}`).toBe(pids[1]);
    }
    expect(relay.stderr()).not.toContain('! files');
    expect(relay.stderr()).not.toContain('! fault');
    // It got past the front door as well as not.
    expect([...statuses]).toEqual(expect.arrayContaining(['200', '201', '204', '400', '401', '404', '405']));
    const grown = (memory.at(-1) as Point)[1] - (memory[0] as Point)[1];
    expect(grown < WARM || slope(memory) < LEFT_BEHIND, `grew by ${grown}, ${slope(memory)} a request`).toBe(true);
  },
);

interface Scene {
  readonly room: string;
  readonly ticket: string;
  /** Whole; nobody removes it, since what could is never asked of it. */
  readonly kept: string;
  readonly growing: string;
}

/** Says a few requests on one connection, and hears the statuses of the answers. */
function utter(port: number, random: SeededRandom, scene: Scene): Promise<string[]> {
  return new Promise((resolve) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
    let heard = '';
    // Node answers nobody who has ended its side: whoever has heard enough, or hears nothing, goes.
    let timer = setTimeout(() => socket.destroy(), PATIENCE);
    socket.on('data', (chunk: Buffer) => {
      heard = `${heard}${chunk.toString('latin1')}`.slice(-100_000);
      clearTimeout(timer);
      timer = setTimeout(() => socket.destroy(), QUIET);
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(Array.from(heard.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => status as string));
    });
    socket.once('secureConnect', () => {
      for (let i = random.below(3); i >= 0; i--) socket.write(request(random, scene));
      if (random.chance(0.05)) return void socket.destroy();
      if (random.chance(0.05)) return void socket.end();
      clearTimeout(timer);
      timer = setTimeout(() => socket.destroy(), 5 * QUIET);
    });
  });
}

const ODD_NUMBERS = [
  '0',
  '1',
  '-1',
  '',
  ' ',
  '4',
  '4, 4',
  '1e3',
  '0x4',
  '00004',
  '4.0',
  '9007199254740993',
  '99999999999999999999',
  '٤',
  'NaN',
];
const odd = (random: SeededRandom, right: string) => (random.chance(0.9) ? right : random.pick(ODD_NUMBERS));

function request(random: SeededRandom, { room, ticket, kept, growing }: Scene): Buffer {
  const body = random.bytes(random.pick([0, 0, 1, 4, 100, 5_000]));
  const paths = [
    `/files/${room}`,
    kept,
    growing,
    `${kept}/keep`,
    `/files/${room}/${'0'.repeat(32)}`,
    `${kept}/..`,
    `${kept}?x`,
    '/files/../../etc/passwd',
    `/files/${'%00'.repeat(9)}`,
    '/files',
    `${kept}${'/a'.repeat(random.below(2_000))}`,
  ];
  const path = random.pick(paths);
  const methods = ['GET', 'HEAD', 'PATCH', 'POST', 'OPTIONS', 'PUT', 'TRACE', 'patch', 'PROPFIND', ...(path === kept ? [] : ['DELETE'])];
  const method = random.pick(methods);
  const headers: Array<readonly [string, string]> = [
    ['Host', random.chance(0.95) ? 'localhost' : random.pick(['evil.example', '', '::', 'localhost, localhost'])],
    [
      'Authorization',
      random.chance(0.8)
        ? `Bearer ${ticket}`
        : random.pick(['', 'Bearer', `Basic ${ticket}`, `Bearer ${ticket}x`, `Bearer ${'A'.repeat(9_000)}`]),
    ],
    ['Tus-Resumable', random.chance(0.9) ? '1.0.0' : random.pick(['', '0.9', '1.0.0, 1.0.0'])],
    ['Content-Type', random.chance(0.9) ? 'application/offset+octet-stream' : 'text/plain'],
  ];
  if (random.chance(0.7)) headers.push(['Upload-Offset', odd(random, '0')]);
  if (random.chance(0.3)) headers.push(['Upload-Length', odd(random, '1000000')]);
  if (random.chance(0.2)) headers.push(['Upload-Defer-Length', odd(random, '1')]);
  if (random.chance(0.3))
    headers.push(['Range', random.pick(['bytes=0-1', 'bytes=9-', 'bytes=-1', `bytes=${'0-0,'.repeat(1_000)}1-1`, 'bytes=5-1', 'x'])]);
  if (random.chance(0.1)) headers.push(['Expect', random.pick(['100-continue', 'miracles'])]);
  if (random.chance(0.1)) headers.push(['Origin', random.pick(['https://localhost', 'null', 'https://evil.example', 'x'])]);
  if (random.chance(0.1)) headers.push(['X-HTTP-Method-Override', 'DELETE']);
  if (random.chance(0.1)) headers.push(['Upload-Metadata', `filename ${'QQ'.repeat(random.below(3_000))}`]);
  if (random.chance(0.05)) headers.push(random.pick(headers));
  const chunked = random.chance(0.15);
  if (chunked) headers.push(['Transfer-Encoding', random.pick(['chunked', 'chunked', 'gzip, chunked', 'identity'])]);
  if (!chunked || random.chance(0.1)) headers.push(['Content-Length', odd(random, `${body.length}`)]);
  const head = `${method} ${path} HTTP/1.1\r\n${headers.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n`;
  const packed = chunked
    ? Buffer.concat([Buffer.from(`${odd(random, body.length.toString(16))}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
    : body;
  const whole = Buffer.concat([Buffer.from(head), packed]);
  if (random.chance(0.05)) whole[random.below(whole.length)] = random.below(256);
  return random.chance(0.05) ? whole.subarray(0, random.below(whole.length)) : whole;
}

const residentOf = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
