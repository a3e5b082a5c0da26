import type { AddressInfo, Server } from 'node:net';
import { CodedError } from '../../protocol/index.ts';

/** A port that is open on every address of the machine, IPv4 and IPv6. */
export interface OpenPort {
  readonly port: number;
  readonly servers: readonly Server[];
  /** The default was busy and the next free one was taken. */
  readonly moved: boolean;
}

/** Ports tried beyond a busy default. */
const TRIES = 10;

/**
 * Opens `requested` (0: any free one), or, where nobody asked for one, the first free of ten from `preferred` on.
 * @param create makes one server; IPv4 and IPv6 have one each, on the same number
 * @throws CodedError `port_busy`, `port_not_allowed` {port}
 */
export async function openPort(requested: number | undefined, preferred: number, create: () => Server): Promise<OpenPort> {
  for (const candidate of portsToTry(requested, preferred)) {
    const opened = await tryPort(candidate, create);
    if (opened) return { ...opened, moved: requested === undefined && opened.port !== preferred };
  }
  throw new CodedError('port_busy', { port: requested ?? preferred });
}

/** The port that was asked for, as often as makes sense; else the default and those behind it. */
export function portsToTry(requested: number | undefined, preferred: number): number[] {
  if (requested === undefined) return Array.from({ length: TRIES }, (_, i) => preferred + i);
  return Array<number>(requested === 0 ? TRIES : 1).fill(requested);
}

async function tryPort(port: number, create: () => Server): Promise<{ port: number; servers: Server[] } | undefined> {
  const v4 = create();
  if ((await listen(v4, { host: '0.0.0.0', port })) === 'busy') return undefined;
  const actual = (v4.address() as AddressInfo).port;
  const v6 = create();
  const outcome = await listen(v6, { host: '::', port: actual, ipv6Only: true }).catch((error: unknown) => {
    v4.close();
    throw error;
  });
  if (outcome === 'open') return { port: actual, servers: [v4, v6] };
  if (outcome === 'absent') return { port: actual, servers: [v4] };
  v4.close();
  return undefined;
}

function listen(server: Server, where: { host: string; port: number; ipv6Only?: boolean }): Promise<'open' | 'busy' | 'absent'> {
  return new Promise((resolve, reject) => {
    const fail = ({ code, message }: NodeJS.ErrnoException): void => {
      if (code === 'EADDRINUSE') resolve('busy');
      else if (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL') resolve('absent');
      else if (code === 'EACCES') reject(new CodedError('port_not_allowed', { port: where.port }));
      else reject(new Error(message));
    };
    server.once('error', fail);
    // Many devices come back at once after a restart.
    server.listen({ ...where, backlog: 1024 }, () => {
      server.off('error', fail);
      // Out of file descriptors and the like: those who are in stay, the next may fit again.
      server.on('error', () => {});
      resolve('open');
    });
  });
}
