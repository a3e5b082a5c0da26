/** Bytes that are read at once. */
const PIECE = 256 * 1024;

export interface BodyReader {
  /** Undefined at the end. The memory of a piece is used again once the next is asked for. */
  next(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

/**
 * Reads into one memory, again and again, where the browser can: each piece in memory of its own is freed by the collector alone, late and all at once.
 */
export function readInto(body: ReadableStream<Uint8Array>): BodyReader {
  const reader = openByteReader(body);
  if (!reader) return readPieces(body);
  let memory = new ArrayBuffer(PIECE);
  return {
    async next() {
      const { done, value } = await reader.read(new Uint8Array(memory));
      if (done) return undefined;
      // The same one: it goes to the browser and comes back.
      memory = value.buffer;
      return value;
    },
    cancel: () => reader.cancel(),
  };
}

function openByteReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    // An older browser's streams give nothing but pieces of their own.
    return undefined;
  }
}

function readPieces(body: ReadableStream<Uint8Array>): BodyReader {
  const reader = body.getReader();
  return {
    next: async () => (await reader.read()).value,
    cancel: () => reader.cancel(),
  };
}
