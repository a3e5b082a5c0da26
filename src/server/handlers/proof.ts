import { createPublicKey, verify } from 'node:crypto';
import { CodedError, deviceProofBytes, PROGRAM_VERSION, toBase64Url, toHex } from '../../protocol/index.ts';
import { sendWaiting } from '../arrivals.ts';
import type { Handler } from './handler.ts';

/** The device's signature over the challenge, this relay and, on native links, this very TLS connection. */
export const proof: Handler<'proof', 'challenged'> = {
  needs: 'challenged',
  run({ frame: { device, signature }, state, session, context }) {
    const { version, nonce } = state;
    const bytes = deviceProofBytes({ version, relay: context.relayKey, nonce, device, binding: session.link.exporter });
    if (!verifySignature(device, bytes, signature)) throw new CodedError('bad_proof');
    session.becomeReady(device);
    const place = context.place();
    session.answer({ t: 'welcome', server: PROGRAM_VERSION, build: context.build, now: context.clock.now(), ...(place && { place }) });
    context.emit({ event: 'connected', device: toHex(device), address: session.link.address, kind: session.link.kind });
    return sendWaiting(session, context);
  },
};

/** Ed25519 (RFC 8032). False also where `device` is no point of the curve. */
function verifySignature(device: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: toBase64Url(device) }, format: 'jwk' });
    return verify(null, bytes, key, signature);
  } catch {
    return false;
  }
}
