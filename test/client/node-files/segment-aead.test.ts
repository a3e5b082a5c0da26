import { expect, it } from 'vitest';
import { nodeAead } from '../../../src/client/node/files/segment-aead.ts';
import { bytesOf } from './support.ts';

const key = bytesOf(32, 2);
const iv = bytesOf(12, 3);
const data = bytesOf(9, 4);

it.each([0, 1, 17, 262_112])('seals and opens %i bytes as WebCrypto does', async (size) => {
  const plain = bytesOf(size, 5);
  const target = new Uint8Array(size + 16);
  await nodeAead.seal(key, iv, data, plain, target);
  const imported = await crypto.subtle.importKey('raw', key as BufferSource, 'AES-GCM', false, ['encrypt']);
  const expected = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: iv as BufferSource, additionalData: data as BufferSource },
    imported,
    plain as BufferSource,
  );
  expect(Buffer.from(target).equals(Buffer.from(expected))).toBe(true);
  const opened = new Uint8Array(size);
  await nodeAead.open(key, iv, data, target, opened);
  expect(Buffer.from(opened).equals(plain)).toBe(true);
});

it('opens nothing that was changed, cut or moved', () => {
  const target = new Uint8Array(116);
  void nodeAead.seal(key, iv, data, bytesOf(100), target);
  const opened = new Uint8Array(100);
  for (const at of [0, 50, 99, 100, 115]) {
    const damaged = target.slice();
    damaged[at] = (damaged[at] as number) ^ 1;
    expect(() => nodeAead.open(key, iv, data, damaged, opened)).toThrow(/authenticate|tag|shorter/);
  }
  expect(() => nodeAead.open(key, iv, data, target.subarray(0, 115), opened)).toThrow(/authenticate|tag|shorter/);
  expect(() => nodeAead.open(key, iv, data, target.subarray(0, 10), opened)).toThrow(/authenticate|tag|shorter/);
  expect(() => nodeAead.open(key, iv, bytesOf(9, 9), target, opened)).toThrow(/authenticate|tag|shorter/);
  expect(() => nodeAead.open(key, bytesOf(12, 9), data, target, opened)).toThrow(/authenticate|tag|shorter/);
});

it('leaves nothing for the collector', () => {
  const plain = bytesOf(262_112, 5);
  const [target, opened] = [new Uint8Array(plain.length + 16), new Uint8Array(plain.length)];
  const before = process.memoryUsage().arrayBuffers;
  for (let segment = 0; segment < 32; segment++) {
    void nodeAead.seal(key, iv, data, plain, target);
    void nodeAead.open(key, iv, data, target, opened);
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
});
