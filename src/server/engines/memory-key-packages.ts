import { equalBytes, toHex } from '../../protocol/index.ts';
import type { KeyPackages } from '../key-packages.ts';

interface Waiting {
  packages: Uint8Array[];
  last: Uint8Array | undefined;
}

/** Keeps key packages in memory: for simulations and tests. A relay can be started again on it. */
export function createMemoryKeyPackages(): KeyPackages {
  const waitingByDevice = new Map<string, Waiting>();

  return {
    async publish(device, packages, last, keep) {
      const waiting = waitingByDevice.get(toHex(device)) ?? { packages: [], last: undefined };
      if (packages.length > 0 || last) waitingByDevice.set(toHex(device), waiting);
      for (const body of packages) {
        if (!waiting.packages.some((known) => equalBytes(known, body))) waiting.packages.push(new Uint8Array(body));
      }
      waiting.packages = waiting.packages.slice(Math.max(0, waiting.packages.length - keep));
      if (last) waiting.last = new Uint8Array(last);
      return { left: waiting.packages.length, last: waiting.last !== undefined };
    },
    async take(device) {
      const waiting = waitingByDevice.get(toHex(device));
      return waiting?.packages.shift() ?? waiting?.last;
    },
    last: async (device) => waitingByDevice.get(toHex(device))?.last,
  };
}
