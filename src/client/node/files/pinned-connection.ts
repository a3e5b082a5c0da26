import { createHash, X509Certificate } from 'node:crypto';
import type { OnReadOpts } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { CodedError, equalBytes, toWords } from '../../../protocol/index.ts';
import { nameFault } from '../faults.ts';

/** Whom a request is for: a place, and the key that has to be there. */
export interface PinnedTarget {
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the relay's SubjectPublicKeyInfo. */
  readonly relay: Uint8Array;
}

/** How long the way to the relay may take before it counts as not there, ms. */
const CONNECT_TIMEOUT = 8_000;

/**
 * A TLS connection to a relay whose key is known. The certificate's chain says nothing here; the key is compared before anybody gets the socket, so that not a
 * byte of a request, and no ticket, goes to anybody else.
 *
 * @param onread memory that what comes is read into, instead of `data` events with memory of their own
 * @returns a socket. Rejects with CodedError what connecting says (`nameFault`), `wrong_key`, `lost`, and what `signal` was aborted with
 */
export function connectPinned(
  { host, port, relay }: PinnedTarget,
  { signal, onread }: { readonly signal?: AbortSignal; readonly onread?: OnReadOpts } = {},
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host, port, rejectUnauthorized: false, minVersion: 'TLSv1.3', ...(onread ? { onread } : {}) });
    socket.setNoDelay(true);
    let fault: unknown;
    const end = (why: unknown): void => {
      fault ??= why;
      socket.destroy();
    };
    const fail = (error: NodeJS.ErrnoException): void => void (fault ??= new CodedError(nameFault(error, host)));
    const abort = (): void => end(signal?.reason);
    const timer = setTimeout(() => end(new CodedError(nameFault({ code: 'ETIMEDOUT' }, host))), CONNECT_TIMEOUT);
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const closed = (): void => {
      over();
      reject(fault ?? new CodedError('lost'));
    };
    signal?.addEventListener('abort', abort);
    socket.on('error', fail);
    socket.once('close', closed);
    socket.once('secureConnect', () => {
      const found = keyOf(socket);
      if (!equalBytes(found, relay)) {
        return end(new CodedError('wrong_key', { expected: toWords(relay).join(' '), found: toWords(found).join(' ') }));
      }
      over();
      socket.off('error', fail);
      socket.off('close', closed);
      resolve(socket);
    });
    if (signal?.aborted) abort();
  });
}

function keyOf(socket: TLSSocket): Uint8Array {
  const { raw } = socket.getPeerCertificate();
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  return new Uint8Array(createHash('sha256').update(key).digest());
}
