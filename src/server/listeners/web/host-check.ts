import { isIP } from 'node:net';
import { isLoopback, type Machine } from '../../addresses.ts';
import type { Clock } from '../../clock.ts';

/** Looking at the interfaces costs system calls; they change seldom. */
const FRESH = 2_000;

/**
 * Which hosts a request may name. A site that makes its own name point here (DNS rebinding) would otherwise be same-origin
 * with the relay in its visitors' browsers.
 */
export interface HostCheck {
  /** `name`: a host without port or brackets. */
  allows(name: string): boolean;
}

export function createHostCheck(machine: Machine, names: readonly string[], clock: Clock): HostCheck {
  const configured = new Set(names.map((name) => name.toLowerCase()));
  let addresses = new Set<string>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  function isOwnAddress(address: string): boolean {
    if (Math.abs(clock.now() - lookedAt) > FRESH) {
      addresses = new Set(machine.addresses().map((own) => own.address.replace(/%.*$/, '')));
      lookedAt = clock.now();
    }
    return isLoopback(address) || addresses.has(address);
  }

  return {
    allows(name) {
      if (configured.has(name)) return true;
      if (isIP(name) !== 0) return isOwnAddress(name);
      const own = machine.hostname();
      return (
        name === 'localhost' ||
        name.endsWith('.local') ||
        (own !== undefined && (name === own || name === `${own}.lan` || name === `${own}.home.arpa`))
      );
    },
  };
}

/** The host of a Host header, without port, brackets or a final dot, lower case; undefined where it is none. */
export function parseHost(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]{1,253}))(?::\d{1,5})?$/i.exec(header ?? '');
  return match ? (match[1] ?? (match[2] as string).replace(/\.$/, '')).toLowerCase() : undefined;
}

/** The host of an Origin header; undefined for `null` and whatever else names none. */
export function parseOrigin(header: string): string | undefined {
  return parseHost(/^https?:\/\/([^/]+)$/i.exec(header)?.[1]);
}
