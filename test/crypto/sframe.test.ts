import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFrameOpener, createFrameSealer, type FrameOpener } from '../../src/crypto/index.ts';
import { decodeFrameHeader, encodeFrameHeader } from '../../src/crypto/sframe-header.ts';
import { deriveFrameKey, frameKeyId, frameNonce, readFrameKeyId } from '../../src/crypto/sframe-keys.ts';

const vectors = join(import.meta.dirname, 'vectors', 'sframe');
const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const BASE = hex('000102030405060708090a0b0c0d0e0f');
const VIDEO = Buffer.from('video');

interface Vector {
  readonly kid: number;
  readonly ctr: number;
  readonly base_key: string;
  readonly sframe_key: string;
  readonly sframe_salt: string;
  readonly metadata: string;
  readonly nonce: string;
  readonly pt: string;
  readonly ct: string;
}

describe("the working group's vectors", () => {
  it('of headers', () => {
    const lines = readFileSync(join(vectors, 'headers.txt'), 'utf8').trim().split('\n').slice(1);
    expect(lines.length).toBe(289);
    for (const line of lines) {
      const [kid = '', ctr = '', encoded = ''] = line.split(' ');
      const header = { keyId: BigInt(kid), counter: BigInt(ctr) };
      expect(Buffer.from(encodeFrameHeader(header)).toString('hex')).toBe(encoded);
      expect(decodeFrameHeader(hex(`${encoded}ff`))).toEqual({ ...header, length: encoded.length / 2 });
    }
  });

  it('of keys and a frame', async () => {
    const vector = JSON.parse(readFileSync(join(vectors, 'aes-128-gcm-sha256-128.json'), 'utf8')) as Vector;
    const keyId = BigInt(vector.kid);
    const { key, salt } = deriveFrameKey(hex(vector.base_key), keyId);
    expect(Buffer.from(key).toString('hex')).toBe(vector.sframe_key);
    expect(Buffer.from(salt).toString('hex')).toBe(vector.sframe_salt);
    expect(Buffer.from(frameNonce(salt, BigInt(vector.ctr))).toString('hex')).toBe(vector.nonce);
    const opener = createFrameOpener();
    opener.addEpoch(3n, hex(vector.base_key));
    const opened = await opener.open(hex(vector.ct), hex(vector.metadata));
    expect(opened).toMatchObject({ frame: hex(vector.pt), leaf: 0x12, counter: BigInt(vector.ctr) });
  });
});

describe('a key id', () => {
  it('names the sender, the epoch and the start', () => {
    const name = { context: 5, leaf: 249, epoch: 1_000_003n };
    expect(readFrameKeyId(frameKeyId(name))).toEqual({ context: 5n, leaf: 249, epochBits: 1_000_003 % 16 });
    expect(new Set([frameKeyId(name), frameKeyId({ ...name, leaf: 248 }), frameKeyId({ ...name, context: 4 })]).size).toBe(3);
    for (const wrong of [{ leaf: 1024 }, { leaf: -1 }, { context: -1 }])
      expect(() => frameKeyId({ ...name, ...wrong })).toThrow(RangeError);
  });
});

describe('frames', () => {
  const frame = Buffer.from('a picture, or what a voice said');
  const reach = (epoch = 7n, base = BASE): FrameOpener => {
    const opener = createFrameOpener();
    opener.addEpoch(epoch, base);
    return opener;
  };

  it('are opened by whoever has the key of the epoch, once, in any order', async () => {
    const sealer = createFrameSealer(BASE, { context: 0, leaf: 3, epoch: 7n });
    const sealed = await Promise.all([1, 2, 3, 4].map(() => sealer.seal(frame, VIDEO)));
    expect(sealer.sealed).toBe(4);
    expect(new Set(sealed.map((one) => Buffer.from(one).toString('hex'))).size).toBe(4);
    for (const one of sealed) expect(Buffer.from(one).includes(frame.subarray(0, 8))).toBe(false);
    const opener = reach();
    for (const at of [2, 0, 3, 1]) {
      expect(await opener.open(sealed[at] as Uint8Array, VIDEO)).toMatchObject({
        frame: new Uint8Array(frame),
        leaf: 3,
        counter: BigInt(at),
      });
    }
    for (const one of sealed) expect(await opener.open(one, VIDEO)).toEqual({ refused: 'replayed' });
    const twice = await sealer.seal(frame, VIDEO);
    const both = await Promise.all([opener.open(twice, VIDEO), opener.open(twice, VIDEO)]);
    expect(both.filter(({ refused }) => refused === 'replayed').length).toBe(1);
  });

  it('of no length are frames', async () => {
    const sealed = await createFrameSealer(BASE, { context: 0, leaf: 0, epoch: 7n }).seal(new Uint8Array(0), VIDEO);
    expect(await reach().open(sealed, VIDEO)).toMatchObject({ frame: new Uint8Array(0) });
  });

  it('are refused where anything was changed', async () => {
    const sealed = await createFrameSealer(BASE, { context: 1, leaf: 3, epoch: 7n }).seal(frame, VIDEO);
    for (let at = 0; at < sealed.length; at++) {
      const damaged = sealed.slice();
      damaged[at] = (damaged[at] as number) ^ 1;
      expect((await reach().open(damaged, VIDEO)).refused).toMatch(/not_authentic|unknown_key|malformed/);
    }
    for (let length = 0; length < sealed.length; length++) {
      expect((await reach().open(sealed.subarray(0, length), VIDEO)).refused).toMatch(/not_authentic|malformed/);
    }
    expect(await reach().open(sealed, Buffer.from('audio'))).toEqual({ refused: 'not_authentic' });
    // What was refused is not taken for seen.
    const opener = reach();
    const damaged = sealed.slice();
    damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
    expect(await opener.open(damaged, VIDEO)).toEqual({ refused: 'not_authentic' });
    expect(await opener.open(sealed, VIDEO)).toMatchObject({ leaf: 3 });
  });

  it('are of their epoch: not of one before, not of one after, not of one with the same last bits', async () => {
    const sealed = await createFrameSealer(BASE, { context: 0, leaf: 3, epoch: 7n }).seal(frame, VIDEO);
    const other = BASE.map((byte) => byte ^ 0xff);
    expect(await reach(8n).open(sealed, VIDEO)).toEqual({ refused: 'unknown_key' });
    expect(await reach(7n, other).open(sealed, VIDEO)).toEqual({ refused: 'not_authentic' });
    const opener = reach();
    opener.addEpoch(23n, other);
    expect(await opener.open(sealed, VIDEO)).toEqual({ refused: 'not_authentic' });
    const gone = reach();
    gone.dropEpoch(23n);
    expect(await gone.open(sealed, VIDEO)).toMatchObject({ leaf: 3 });
    gone.dropEpoch(7n);
    expect(await gone.open(sealed, VIDEO)).toEqual({ refused: 'unknown_key' });
  });

  it('that are too old are refused, and an epoch that is told twice forgets nothing', async () => {
    const sealer = createFrameSealer(BASE, { context: 0, leaf: 3, epoch: 7n });
    const sealed: Uint8Array[] = [];
    for (let i = 0; i < 1500; i++) sealed.push(await sealer.seal(Uint8Array.of(i), VIDEO));
    const opener = reach();
    const refusedAt = async (at: number) => (await opener.open(sealed[at] as Uint8Array, VIDEO)).refused;
    expect(await refusedAt(0)).toBeUndefined();
    expect(await refusedAt(1499)).toBeUndefined();
    opener.addEpoch(7n, BASE);
    expect(await refusedAt(1499)).toBe('replayed');
    expect(await refusedAt(475)).toBe('replayed');
    expect(await refusedAt(476)).toBeUndefined();
    expect(await refusedAt(476)).toBe('replayed');
  });

  it('of key ids that somebody made up cost no memory, and push out nobody', async () => {
    const opener = reach();
    const honest = createFrameSealer(BASE, { context: 0, leaf: 3, epoch: 7n });
    const first = await honest.seal(frame, VIDEO);
    expect((await opener.open(first, VIDEO)).refused).toBeUndefined();
    for (let leaf = 0; leaf < 600; leaf++) {
      const forged = await createFrameSealer(
        BASE.map((byte) => byte ^ 1),
        { context: 9, leaf, epoch: 7n },
      ).seal(frame, VIDEO);
      expect(await opener.open(forged, VIDEO)).toEqual({ refused: 'not_authentic' });
    }
    expect(await opener.open(first, VIDEO)).toEqual({ refused: 'replayed' });
  });
});
