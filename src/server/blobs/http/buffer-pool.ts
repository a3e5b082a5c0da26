/** Buffers of one size that are used again: the collector would look at each megabyte that passes. */
export interface BufferPool {
  take(size: number): Buffer;
  give(buffer: Buffer): void;
}

/** @param most bytes that are kept while nobody uses them */
export function createBufferPool(most: number): BufferPool {
  const spareBySize = new Map<number, Buffer[]>();
  let kept = 0;
  return {
    take(size) {
      const spare = spareBySize.get(size)?.pop();
      if (!spare) return Buffer.allocUnsafeSlow(size);
      kept -= size;
      return spare;
    },
    give(buffer) {
      if (kept + buffer.length > most) return;
      kept += buffer.length;
      const spare = spareBySize.get(buffer.length) ?? [];
      spareBySize.set(buffer.length, spare);
      spare.push(buffer);
    },
  };
}
