import {
  createDtls,
  type Dtls,
  type DtlsCertificate,
  type DtlsEnd,
  type DtlsKeys,
  type DtlsOptions,
  makeDtlsCertificate,
} from '../../../src/rtc/index.ts';

export type Side = 'client' | 'server';

/** One end of a handshake, with what became of it. */
export interface End {
  readonly dtls: Dtls;
  readonly keys: DtlsKeys[];
  readonly ends: DtlsEnd[];
  /** What it has sent, all of it. */
  readonly sent: Buffer[];
}

export const certificates: Readonly<Record<Side | 'stranger', DtlsCertificate>> = {
  client: await makeDtlsCertificate(),
  server: await makeDtlsCertificate(),
  stranger: await makeDtlsCertificate(),
};

export const otherOf = (side: Side): Side => (side === 'client' ? 'server' : 'client');

/** @param deliver what becomes of a datagram; nothing happens to it if it is not passed on */
export function joinDtls(
  deliver: (datagram: Buffer, to: Side, pair: Record<Side, End>) => void,
  overrides: Partial<Record<Side, Partial<DtlsOptions>>> = {},
): Record<Side, End> {
  const pair = {} as Record<Side, End>;
  // The server first: the client speaks at once.
  for (const side of ['server', 'client'] as const) {
    const [keys, ends, sent] = [[] as DtlsKeys[], [] as DtlsEnd[], [] as Buffer[]];
    const end = { keys, ends, sent };
    const dtls = createDtls({
      role: side,
      certificate: certificates[side],
      peerFingerprint: certificates[otherOf(side)].fingerprint,
      send: (datagram) => {
        sent.push(datagram);
        // Not queueMicrotask: tests own the clock, and that with it.
        void Promise.resolve().then(() => deliver(datagram, otherOf(side), pair));
      },
      onKeys: (given) => keys.push(given),
      onEnd: (why) => ends.push(why),
      ...overrides[side],
    });
    pair[side] = { ...end, dtls };
  }
  return pair;
}

/** A network that loses nothing. */
export const deliverAll = (datagram: Buffer, to: Side, pair: Record<Side, End>): void => pair[to].dtls.receive(datagram);

/** Until nothing is under way any more; nobody waits for time here. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}
