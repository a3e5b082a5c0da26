import { CodedError } from '../../protocol/index.ts';
import type { Store } from '../ports.ts';
import { type Debt, decodeRecord, encodeRecord, keys } from '../room/records.ts';
import type { Backoff } from './backoff.ts';
import { asCoded } from './faults.ts';
import type { Changes } from './journal.ts';
import type { FileTransport } from './ports.ts';

/** What the relay is still to be told about blobs of this device. It is stored, and told until the relay answers. */
export interface Debts {
  /** What is stored for one, to go with what it follows from; `settle` is to be called then. */
  changes(debt: Debt): Changes;
  owe(debt: Debt): Promise<void>;
  /** Looks for what is owed, and tells it. Also when the connection is back. */
  settle(): void;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
}

interface Ports {
  readonly store: Store;
  readonly transport: FileTransport;
  readonly backoff: Backoff;
  readonly closing: AbortSignal;
  /** This device is in the room, or may yet be. */
  isOpen(room: string): boolean;
  onFault(error: CodedError): void;
}

/** After these the relay has nothing to be told any more. */
const SETTLED = new Set(['unknown_file', 'not_yours']);

export function createDebts({ store, transport, backoff, closing, isOpen, onFault }: Ports): Debts {
  let working: Promise<void> | null = null;
  let again = false;

  async function work(): Promise<void> {
    try {
      while (again && !closing.aborted) {
        again = false;
        if (!(await pass()) && !closing.aborted) backoff.later(settle);
      }
    } catch (error) {
      onFault(asCoded(error));
    } finally {
      // In the turn in which nobody asked again: who asks later finds nothing under way.
      working = null;
    }
  }

  /** @returns whether nothing is owed any more */
  async function pass(): Promise<boolean> {
    let left = false;
    for (const [key, value] of await store.list(keys.debts)) {
      if (closing.aborted) return false;
      const done = await tell(decodeRecord<Debt>(value));
      if (done) await store.write(new Map([[key, null]]));
      else left = true;
    }
    return !left;
  }

  async function tell({ room, blob, what }: Debt): Promise<boolean> {
    try {
      await transport[what](room, blob, closing);
      backoff.reset();
      return true;
    } catch (error) {
      if (!(error instanceof CodedError)) {
        if (!closing.aborted) onFault(asCoded(error));
        return false;
      }
      return SETTLED.has(error.code) || (error.code === 'unknown_room' && !isOpen(room));
    }
  }

  function settle(): void {
    if (closing.aborted) return;
    backoff.cancel();
    again = true;
    working ??= work();
  }

  const changes = (debt: Debt): Changes => new Map([[keys.debt(debt), encodeRecord(debt)]]);

  return {
    changes,
    settle,
    async owe(debt) {
      await store.write(changes(debt));
      settle();
    },
    async close() {
      backoff.cancel();
      await working;
    },
  };
}
