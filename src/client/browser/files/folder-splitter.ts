import { CodedError } from '../../../protocol/index.ts';
import type { FolderEntry } from '../../api.ts';

/** Takes the files of a folder one after the other; empty folders too, as entries without bytes whose path ends with `/`. */
export interface EntryReceiver {
  open(entry: FolderEntry): Promise<void>;
  write(piece: Uint8Array): Promise<void>;
  close(entry: FolderEntry): Promise<void>;
}

/** How far a folder's plaintext was taken apart. */
export interface SplitterState {
  readonly at: number;
  /** The next entry to be opened. */
  readonly next: number;
  readonly open: boolean;
}

export interface FolderSplitter {
  readonly state: SplitterState;
  restore(state: SplitterState): void;
  write(bytes: Uint8Array): Promise<void>;
  /** @throws CodedError `file_damaged` where the contents were shorter than the index says */
  end(): Promise<void>;
}

export const BEGINNING: SplitterState = { at: 0, next: 0, open: false };

/** A folder's plaintext is its index, which `entries` says already, and then the contents of its files end to end. */
export function createFolderSplitter(entries: readonly FolderEntry[], receiver: EntryReceiver): FolderSplitter {
  let { at, next, open } = BEGINNING;
  const current = () => entries[next - 1] as FolderEntry;
  const end = (entry: FolderEntry) => entry.offset + entry.size;

  /** Closes what is whole and opens what begins here, also what has no bytes. */
  async function turn(): Promise<void> {
    for (;;) {
      if (open && at >= end(current())) {
        open = false;
        await receiver.close(current());
      }
      const entry = entries[next];
      if (open || !entry || entry.offset > at) return;
      next += 1;
      open = true;
      await receiver.open(entry);
    }
  }

  return {
    get state() {
      return { at, next, open };
    },
    restore: (state) => void ({ at, next, open } = state),
    async write(bytes) {
      for (let from = 0; from < bytes.length;) {
        await turn();
        const border = open ? end(current()) : (entries[next]?.offset ?? Number.MAX_SAFE_INTEGER);
        const piece = bytes.subarray(from, from + Math.min(bytes.length - from, border - at));
        if (open) await receiver.write(piece);
        from += piece.length;
        at += piece.length;
      }
      await turn();
    },
    async end() {
      await turn();
      if (open || next < entries.length) throw new CodedError('file_damaged');
    },
  };
}
