import { createHash, X509Certificate } from 'node:crypto';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { CodedError, TLS_EXPORTER } from '../../protocol/index.ts';
import type { Connector, Link, LinkEvents } from '../ports.ts';
import { nameFault } from './faults.ts';

/** How long the way to the relay may take before it counts as not there, ms. */
const CONNECT_TIMEOUT = 8_000;
/** How long the relay has to take what was sent last. */
const CLOSING_TIME = 1_000;

/**
 * Links to a relay's chat port: TLS 1.3 with length-prefixed frames. The certificate's chain is not asked about: the
 * engine compares the key itself with the one from the link or of the first contact, which is stricter.
 */
export function createTlsConnector(target: { readonly host: string; readonly port: number }): Connector {
  return {
    connect(events, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new CodedError('offline'));
        const socket = connectTls({ host: target.host, port: target.port, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
        socket.setNoDelay(true);
        let link: ClosableLink | undefined;
        let reason = 'lost';
        const timer = setTimeout(() => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), CONNECT_TIMEOUT);
        const abort = () => {
          link?.close();
          reason = 'offline';
          socket.destroy();
        };
        signal.addEventListener('abort', abort);
        socket.once('secureConnect', () => {
          clearTimeout(timer);
          link = linkOver(socket, events);
          resolve(link);
        });
        socket.on('error', (error) => (reason = nameFault(error, target.host)));
        socket.once('close', () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          if (!link) reject(new CodedError(reason));
          else if (!link.closed) events.onClose(reason);
        });
      });
    },
  };
}

interface ClosableLink extends Link {
  /** By this side. */
  readonly closed: boolean;
}

function linkOver(socket: TLSSocket, events: LinkEvents): ClosableLink {
  const { raw } = socket.getPeerCertificate();
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  let corked = false;
  let closed = false;
  socket.on('data', (chunk: Buffer) => {
    if (!closed) events.onRun(chunk);
  });
  return {
    get closed() {
      return closed;
    },
    tls: {
      relay: new Uint8Array(createHash('sha256').update(key).digest()),
      exporter: new Uint8Array(socket.exportKeyingMaterial(TLS_EXPORTER.length, TLS_EXPORTER.label, Buffer.alloc(0))),
    },
    get queued() {
      return socket.writableLength;
    },
    send(run) {
      if (closed || socket.destroyed) return;
      // All frames of one turn leave in one TLS record.
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(() => {
          corked = false;
          socket.uncork();
        });
      }
      socket.write(run);
    },
    close() {
      if (closed) return;
      closed = true;
      const timer = setTimeout(() => socket.destroy(), CLOSING_TIME);
      socket.once('close', () => clearTimeout(timer));
      socket.end(() => socket.destroy());
    },
  };
}
