import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReassembly, cutMessage, type Fragment, MAX_MESSAGE, readFragments, writeMessage } from '../../src/rtc/dtls/fragments.ts';

const read = (bytes: Uint8Array): Fragment[] => readFragments(bytes) ?? [];
const piece = (text: string, offset: number, length: number, sequence = 0): Fragment => ({
  type: 1,
  length,
  sequence,
  offset,
  bytes: Buffer.from(text),
});

describe('messages in pieces', () => {
  it('are put together, in whatever order and however often they come', () => {
    const cuts = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 50 })), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 120 }), { minLength: 1, maxLength: 3 }), cuts, (bodies, plan) => {
        const messages = bodies.map((body, sequence) => writeMessage(7, sequence, body));
        const reassembly = createReassembly();
        const pieces = plan.flatMap(([which, most]) => cutMessage(messages[which % messages.length] as Buffer, most));
        for (const bytes of [...pieces.toReversed(), ...messages]) for (const fragment of read(bytes)) reassembly.add(fragment);
        for (const [sequence, message] of messages.entries()) {
          expect(reassembly.peek()).toEqual({ type: 7, sequence, body: message.subarray(12), bytes: message });
          reassembly.advance();
        }
        expect(reassembly.peek()).toBeUndefined();
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('are not there before all of them is, and what was there stays', () => {
    const reassembly = createReassembly();
    reassembly.add(piece('ab', 0, 6));
    reassembly.add(piece('bc', 1, 6));
    reassembly.add(piece('XYZ', 0, 6));
    expect(reassembly.peek()).toBeUndefined();
    reassembly.add(piece('def', 3, 6));
    expect(reassembly.peek()?.body.toString()).toBe('abcdef');
  });

  it('are of one length and one type: one that is made up does not keep the true one out', () => {
    const reassembly = createReassembly();
    reassembly.add(piece('ab', 0, 4));
    reassembly.add(piece('cdX', 2, 5));
    reassembly.add({ ...piece('cd', 2, 4), type: 2 });
    expect(reassembly.peek()).toBeUndefined();
    reassembly.add(piece('ab', 0, 4));
    reassembly.add(piece('cd', 2, 4));
    expect(reassembly.peek()?.body.toString()).toBe('abcd');
    reassembly.forget();
    expect(reassembly.peek()).toBeUndefined();
  });

  it('are not waited for beyond the next eight', () => {
    const reassembly = createReassembly();
    reassembly.add(piece('late', 0, 4, 8));
    for (let i = 0; i < 8; i++) {
      reassembly.add(piece('', 0, 0, i));
      expect(reassembly.peek()?.sequence).toBe(i);
      reassembly.advance();
    }
    expect(reassembly.peek()).toBeUndefined();
  });

  it('are not read where they say more than they have, or than they may', () => {
    const whole = writeMessage(1, 0, Buffer.alloc(20));
    for (let length = 1; length < whole.length; length++) expect(readFragments(whole.subarray(0, length))).toBeUndefined();
    const beyond = Buffer.from(whole);
    beyond.writeUIntBE(1, 6, 3);
    expect(readFragments(beyond)).toBeUndefined();
    expect(readFragments(writeMessage(1, 0, Buffer.alloc(MAX_MESSAGE)))).toHaveLength(1);
    expect(readFragments(writeMessage(1, 0, Buffer.alloc(MAX_MESSAGE + 1)))).toBeUndefined();
  });
});
