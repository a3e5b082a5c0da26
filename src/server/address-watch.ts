import type { Machine } from './addresses.ts';
import type { Clock } from './clock.ts';

/** Notices that the machine is on another network, or called something else. */
export interface AddressWatch {
  /** Looks now. */
  look(): void;
  close(): void;
}

/** Systems tell of new addresses in ways of their own; asking costs a fraction of a millisecond. */
const EVERY = 5_000;

export function watchAddresses(machine: Machine, clock: Clock, onChange: () => void): AddressWatch {
  let known = describe(machine);
  let cancel = () => {};
  function look(): void {
    cancel();
    cancel = clock.after(EVERY, look);
    const now = describe(machine);
    if (now === known) return;
    known = now;
    onChange();
  }
  look();
  return { look, close: () => cancel() };
}

function describe(machine: Machine): string {
  const addresses = machine.addresses().map(({ name, address, cidr }) => `${name} ${address} ${cidr}`);
  return [machine.hostname(), ...addresses.toSorted()].join('\n');
}
