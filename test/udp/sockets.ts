import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createDtls, type Dtls, type DtlsEnd, type DtlsKeys, type DtlsOptions } from '../../src/rtc/index.ts';

export async function openSocket(): Promise<Socket> {
  // Room for a burst that nobody paces: the test is not about the kernel's buffers.
  const socket = createSocket({ type: 'udp4', recvBufferSize: 8_000_000 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

export interface UdpEnd {
  readonly dtls: Dtls;
  /** What becomes of it first. */
  readonly outcome: Promise<DtlsKeys | DtlsEnd>;
}

/** One end of DTLS on a socket. @param portOf where to send to: one side knows it only when it was spoken to */
export function startDtls(
  socket: Socket,
  portOf: () => number,
  options: Pick<DtlsOptions, 'role' | 'certificate' | 'peerFingerprint'> & Partial<DtlsOptions>,
): UdpEnd {
  let dtls: Dtls | undefined;
  const outcome = new Promise<DtlsKeys | DtlsEnd>((resolve) => {
    dtls = createDtls({ send: (datagram) => socket.send(datagram, portOf(), '127.0.0.1'), onKeys: resolve, onEnd: resolve, ...options });
  });
  return { dtls: dtls as unknown as Dtls, outcome };
}

/** The keys; an error that says why there are none. */
export async function keysOf({ outcome }: UdpEnd): Promise<DtlsKeys> {
  const keys = await outcome;
  if (typeof keys === 'string') throw new Error(`no keys: ${keys}`);
  return keys;
}
