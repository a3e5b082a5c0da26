import type { FilePlaces, FileSink, FileSource } from '../../src/client/index.ts';
import { CodedError } from '../../src/protocol/index.ts';

/** One device's disk, for files: it outlives the program. */
export interface MemoryPlaces extends FilePlaces {
  /** Whole files by name. */
  readonly files: Map<string, Uint8Array>;
  /** What is being fetched, by its place. */
  readonly partial: Map<string, { readonly name: string; bytes: Uint8Array; synced: number }>;
  source(name: string, options?: { readonly place?: boolean; readonly pipe?: boolean }): FileSource;
  sink(name: string, options?: { readonly place?: boolean }): FileSink;
  /** A pipe, and what came out of it. */
  pipe(): { readonly sink: FileSink; readonly out: Uint8Array[]; readonly ended: () => 'open' | 'finished' | 'abandoned' };
  /** The program was killed: what was not synced may be lost. */
  crash(keep: (unsynced: number) => number): void;
  /** After so many bytes it is full. */
  space: number;
}

export function createMemoryPlaces(): MemoryPlaces {
  const files = new Map<string, Uint8Array>();
  const partial: MemoryPlaces['partial'] = new Map();
  let count = 0;

  function sourceAt(name: string, place: string | null, pipe: boolean): FileSource {
    const opened = files.get(name);
    if (!opened) throw new CodedError('source_gone');
    const check = async () => {
      const now = files.get(name);
      if (!now) throw new CodedError('source_gone');
      if (now !== opened) throw new CodedError('source_changed');
    };
    let piped = 0;
    return {
      place,
      name,
      type: 'text/plain',
      size: pipe ? null : opened.length,
      folder: null,
      stamp: pipe ? `pipe ${++count}` : `${name} ${opened.length} ${opened[0] ?? ''} ${opened.at(-1) ?? ''}`,
      async read(offset, length, signal) {
        signal.throwIfAborted();
        await check();
        if (pipe && offset !== piped) throw new Error('a pipe was read twice');
        piped = offset + length;
        return opened.slice(offset, offset + length);
      },
      check,
      close: async () => {},
    };
  }

  function sinkAt(place: string, named: string | null): FileSink {
    let closed = false;
    const get = () => {
      const found = partial.get(place);
      if (!found || closed) throw new CodedError('target_gone');
      return found;
    };
    return {
      place: named,
      seekable: true,
      async begin(offset) {
        const found = get();
        if (found.bytes.length < offset) throw new CodedError('target_gone');
        found.bytes = found.bytes.slice(0, offset);
        found.synced = Math.min(found.synced, offset);
      },
      async write(bytes) {
        const found = get();
        if (found.bytes.length + bytes.length > self.space) throw new CodedError('target_full');
        found.bytes = Uint8Array.from(Buffer.concat([found.bytes, bytes]));
      },
      async sync() {
        const found = get();
        found.synced = found.bytes.length;
      },
      async finish() {
        const { name, bytes } = get();
        let free = name;
        for (let i = 2; files.has(free); i++) free = `${name} (${i})`;
        files.set(free, bytes);
        partial.delete(place);
        return free;
      },
      abandon: async () => void partial.delete(place),
      close: async () => void (closed = true),
    };
  }

  const self: MemoryPlaces = {
    files,
    partial,
    space: Number.POSITIVE_INFINITY,
    source: (name, { place = true, pipe = false } = {}) => sourceAt(name, place && !pipe ? name : null, pipe),
    sink(name, { place = true } = {}) {
      const at = `${name} ${++count}`;
      partial.set(at, { name, bytes: new Uint8Array(0), synced: 0 });
      return sinkAt(at, place ? at : null);
    },
    pipe() {
      const out: Uint8Array[] = [];
      let state: 'open' | 'finished' | 'abandoned' = 'open';
      let begun = false;
      const sink: FileSink = {
        place: null,
        seekable: false,
        async begin(offset) {
          if (begun || offset > 0) throw new CodedError('target_gone');
          begun = true;
        },
        write: async (bytes) => void out.push(bytes),
        sync: async () => {},
        finish: async () => {
          state = 'finished';
          return '-';
        },
        abandon: async () => void (state = 'abandoned'),
        close: async () => {},
      };
      return { sink, out, ended: () => state };
    },
    crash(keep) {
      for (const one of partial.values()) one.bytes = one.bytes.slice(0, one.synced + keep(one.bytes.length - one.synced));
    },
    openSource: async (place) => sourceAt(place, place, false),
    async openSink(place) {
      if (!partial.has(place)) throw new CodedError('target_gone');
      return sinkAt(place, place);
    },
  };
  return self;
}
