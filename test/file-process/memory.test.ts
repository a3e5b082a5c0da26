import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'node:https';
import { expect, test } from 'vitest';
import { askFiles, BYTES, TUS } from '../server/blobs/file-port.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { childOf, joinAsFounder } from './member.ts';

const MIB = 1024 * 1024;
const PART = 16 * MIB;
const PARTS = 3;
const TRANSFERS = 8;
const MOST = 150 * MIB;

const memoryOf = (pid: number, what: 'VmRSS' | 'VmHWM') =>
  Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

test(`${TRANSFERS} transfers at once on each port, each way, with readers that dawdle: neither process takes much more than when it idles`, async () => {
  const { relay, listening, ports } = await startRelay(join(temporaryFolder(), 'relay'), undefined, ['--files-reserve', '0']);
  const member = await joinAsFounder(listening);
  const { text: ticket } = await member.ticket();
  const pids = [relay.child.pid as number, await childOf(relay.child.pid as number)];
  const idle = pids.map((pid) => memoryOf(pid, 'VmRSS'));
  const bytes = new Uint8Array(PART).fill(9);

  async function transfer(port: number): Promise<void> {
    const at = { host: '127.0.0.1', port, rejectUnauthorized: false, agent: false };
    const made = await askFiles(at, 'POST', `/files/${member.room}`, { headers: { ...TUS, 'upload-length': PARTS * PART }, ticket });
    const path = made.headers.location as string;
    for (let i = 0; i < PARTS; i++) {
      const { status, code } = await askFiles(at, 'PATCH', path, { headers: { ...BYTES, 'upload-offset': i * PART }, body: bytes, ticket });
      expect([status, code]).toEqual([204, undefined]);
    }
    expect(await read(port, path)).toBe(PARTS * PART);
    await askFiles(at, 'DELETE', path, { headers: TUS, ticket });
  }

  /** Takes its time at the beginning, so that all who read wait at once. */
  function read(port: number, path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${ticket}` };
      const asked = request({ host: '127.0.0.1', port, path, headers, rejectUnauthorized: false, agent: false }, (response) => {
        let size = 0;
        setTimeout(() => response.on('data', (chunk: Buffer) => (size += chunk.length)), 300);
        response.on('end', () => resolve(size)).on('error', reject);
      });
      asked.on('error', reject).end();
    });
  }

  const each = Array.from({ length: TRANSFERS }, () => [ports.files, ports.web]).flat();
  await Promise.all(each.map(transfer));
  const taken = pids.map((pid, i) => memoryOf(pid, 'VmHWM') - (idle[i] as number));
  expect(Math.max(...taken), `${taken.map((size) => Math.round(size / MIB)).join(' and ')} MiB`).toBeLessThan(MOST);
});
