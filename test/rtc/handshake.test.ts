import { describe, expect, it } from 'vitest';
import { createClientHandshake } from '../../src/rtc/dtls/client-handshake.ts';
import { writeMessage } from '../../src/rtc/dtls/fragments.ts';
import { createTranscript, type Handshake, type Step } from '../../src/rtc/dtls/handshake.ts';
import { MESSAGE } from '../../src/rtc/dtls/messages.ts';
import { createServerHandshake } from '../../src/rtc/dtls/server-handshake.ts';
import { certificates, otherOf, type Side } from './support/dtls-pair.ts';

type Rewrite = (type: number, body: Uint8Array) => readonly [type: number, body: Uint8Array];

/** Both sides without a network between them: what one says, the other hears as somebody who has all the right keys might say it. */
function shakeHands(rewrite: Partial<Record<Side, Rewrite>> = {}): Record<Side, Step[]> {
  const steps: Record<Side, Step[]> = { client: [], server: [] };
  const sides = {} as Record<Side, Handshake>;
  const heard: (() => void)[] = [];
  for (const [side, create] of [
    ['server', createServerHandshake],
    ['client', createClientHandshake],
  ] as const) {
    const transcript = createTranscript();
    let sequence = 0;
    sides[side] = create({
      certificate: certificates[side],
      peerFingerprint: certificates[otherOf(side)].fingerprint,
      profiles: ['AEAD_AES_128_GCM'],
      transcript,
      say(type, body) {
        transcript.add(writeMessage(type, sequence, body));
        const [saidType, saidBody] = rewrite[side]?.(type, body) ?? [type, body];
        const bytes = writeMessage(saidType, sequence, saidBody);
        const message = { type: saidType, sequence: sequence++, body: bytes.subarray(12), bytes };
        heard.push(() => void steps[otherOf(side)].push(sides[otherOf(side)].accept(message)));
      },
      changeCipher: () => {},
      sendFlight: () => {},
      useSecrets: () => {},
    });
  }
  sides.client.start();
  for (let next = heard.shift(); next !== undefined; next = heard.shift()) next();
  return steps;
}

const flip: (which: number, at: number) => Rewrite = (which, at) => (type, body) => {
  const changed = Buffer.from(body);
  if (type === which) changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
  return [type, changed];
};

describe('a handshake, message by message', () => {
  it('ends well where nobody interferes', () => {
    const { client, server } = shakeHands();
    expect([client.at(-1), server.at(-1)]).toEqual([{ finished: 'AEAD_AES_128_GCM' }, { finished: 'AEAD_AES_128_GCM' }]);
    expect([...client, ...server]).not.toContain('ignored');
  });

  it.each(['client', 'server'] as const)('fails at the last word of the %s if it is not over what was said', (side) => {
    for (const at of [0, 11]) {
      expect(shakeHands({ [side]: flip(MESSAGE.finished, at) })[otherOf(side)].at(-1)).toEqual({ failed: 'not_authentic' });
    }
    const shorter: Rewrite = (type, body) => [type, type === MESSAGE.finished ? body.subarray(1) : body];
    expect(shakeHands({ [side]: shorter })[otherOf(side)].at(-1)).toEqual({ failed: 'not_authentic' });
  });

  it('is not authentic where a signature is of something else', () => {
    expect(shakeHands({ client: flip(MESSAGE.certificateVerify, 20) }).server).toContainEqual({ failed: 'not_authentic' });
    expect(shakeHands({ server: flip(MESSAGE.serverKeyExchange, 60) }).client).toContainEqual({ failed: 'not_authentic' });
    // The key itself, which is what is signed.
    expect(shakeHands({ server: flip(MESSAGE.serverKeyExchange, 10) }).client).toContainEqual({ failed: 'not_authentic' });
    // The name of a scheme that is not the key's.
    expect(shakeHands({ client: flip(MESSAGE.certificateVerify, 0) }).server[3]).toEqual({ failed: 'not_authentic' });
  });

  it('takes no certificate for the wrong one', () => {
    const none: Rewrite = (type, body) => [type, type === MESSAGE.certificate ? Buffer.alloc(3) : body];
    expect(shakeHands({ client: none }).server).toContainEqual({ failed: 'wrong_certificate' });
    expect(shakeHands({ server: none }).client).toContainEqual({ failed: 'wrong_certificate' });
  });

  it('does not take a key that makes the secret known', () => {
    // The point of X25519 with which everything comes out as zero.
    const zero: Rewrite = (type, body) => [
      type,
      type === MESSAGE.clientKeyExchange ? Buffer.concat([Buffer.from([32]), Buffer.alloc(32)]) : body,
    ];
    const { server } = shakeHands({ client: zero });
    expect(server.slice(0, 3)).toEqual(['taken', 'taken', 'ignored']);
    expect(server).not.toContainEqual({ finished: 'AEAD_AES_128_GCM' });
  });

  it('passes over what does not belong where it comes', () => {
    const { server } = shakeHands({ client: (type, body) => [type === MESSAGE.certificate ? MESSAGE.certificateVerify : type, body] });
    expect(server.slice(1)).toEqual(['ignored', 'ignored', 'ignored', 'ignored']);
  });
});
