import type { PinnedTarget } from './pinned-connection.ts';

/** Host of a request. A zone, as in fe80::1%eth0, is this machine's own word. */
export function hostOf({ host, port }: PinnedTarget): string {
  const name = host.replace(/%.*$/, '');
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}
