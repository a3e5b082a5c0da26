/** Bytes of a pipe, of which a reader takes as much as is whole. What is left waits for more. */
export interface BytesWaiting {
  /** @param read gets all that is there, and says how much it took; 0: it needs more */
  add(bytes: Buffer, read: (all: Buffer) => number): void;
}

export function createBytesWaiting(): BytesWaiting {
  let rest: Buffer = Buffer.alloc(0);
  return {
    add(bytes, read) {
      let all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      for (let taken = read(all); taken > 0; taken = read(all)) all = all.subarray(taken);
      rest = Buffer.from(all);
    },
  };
}
