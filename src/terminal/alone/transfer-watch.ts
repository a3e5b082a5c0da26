import type { Client, Transfer } from '../../client/index.ts';

/** Transfers of one run of the program, from its first moment. */
export interface TransferWatch {
  /** As soon as it is over, however it is. */
  ended(id: string): Promise<Transfer>;
  /** Those that are looked at, as they are now. */
  readonly shown: readonly Transfer[];
  follow(id: string): void;
  /** What ended without being looked at: begun by another run of the program. */
  readonly unseen: readonly Transfer[];
}

export function watchTransfers(client: Client, changed: (transfer: Transfer) => void): TransferWatch {
  const over = new Map<string, Transfer>();
  const waiting = new Map<string, (transfer: Transfer) => void>();
  const followed = new Set<string>();
  client.on((event) => {
    if (event.event !== 'transfer') return;
    const { transfer } = event;
    if (transfer.state === 'done' || transfer.state === 'failed' || transfer.state === 'cancelled') {
      over.set(transfer.id, transfer);
      waiting.get(transfer.id)?.(transfer);
    }
    if (followed.has(transfer.id)) changed(transfer);
  });
  return {
    ended(id) {
      const known = over.get(id);
      return known ? Promise.resolve(known) : new Promise((resolve) => waiting.set(id, resolve));
    },
    get shown() {
      return client.files.transfers().filter(({ id }) => followed.has(id));
    },
    get unseen() {
      return [...over.values()].filter(({ id }) => !followed.has(id));
    },
    follow: (id) => void followed.add(id),
  };
}
