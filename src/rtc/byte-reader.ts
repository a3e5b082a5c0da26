/**
 * Reads what the network sent, front to back. What is not there reads as zero or as nothing, and `bad` says so from then on: a decoder
 * asks once, at its end.
 */
export class ByteReader {
  /** Something was read that was not there. */
  bad = false;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @param size in bytes, six at most */
  uint(size: 1 | 2 | 3 | 4 | 6): number {
    const at = this.#take(size);
    return at === undefined ? 0 : this.#bytes.readUIntBE(at, size);
  }

  /** A view of the next bytes, not a copy. */
  bytes(length: number): Buffer {
    const at = this.#take(length);
    return at === undefined ? this.#bytes.subarray(0, 0) : this.#bytes.subarray(at, at + length);
  }

  /** What a length of `size` bytes stands before, as TLS writes it. */
  vector(size: 1 | 2 | 3): Buffer {
    return this.bytes(this.uint(size));
  }

  rest(): Buffer {
    return this.bytes(this.left);
  }

  #take(length: number): number | undefined {
    if (this.bad || length > this.left) {
      this.bad = true;
      // Nothing is left, so that no loop waits for the rest.
      this.#at = this.#bytes.length;
      return undefined;
    }
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

/** A number of `size` bytes, most significant first. */
export function uint(size: 1 | 2 | 3 | 4 | 6, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

/** Bytes behind their length, as TLS writes them. */
export const vector = (size: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat([
    uint(
      size,
      parts.reduce((sum, { length }) => sum + length, 0),
    ),
    ...parts,
  ]);
