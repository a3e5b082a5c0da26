/** A socket as far as this is about it. */
export interface WatchedSocket {
  /** Bytes that its peer has not taken. */
  readonly writableLength: number;
  destroy(): void;
  once(event: 'close', run: () => void): void;
}

/**
 * Cuts off peers that do not take what they asked for. The relay bounds its own frames and says why; this is for what lies
 * below them and is never counted there: answers to pings of WebSocket, responses that nobody reads.
 */
export interface SlowReaders {
  watch(socket: WatchedSocket): void;
  /** Looks at all of them. */
  sweep(): void;
  close(): void;
}

export interface SlowReaderLimits {
  readonly perSocket: number;
  /** Past this the largest are cut off until the rest is below it. */
  readonly inAll: number;
}

const SWEEP_EACH = 1_000;

export function createSlowReaders({ perSocket, inAll }: SlowReaderLimits): SlowReaders {
  const sockets = new Set<WatchedSocket>();
  const timer = setInterval(sweep, SWEEP_EACH);
  timer.unref();

  function sweep(): void {
    const waiting = Array.from(sockets, (socket) => ({ socket, bytes: socket.writableLength })).filter(({ bytes }) => bytes > 0);
    let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { socket, bytes } of waiting.toSorted((a, b) => b.bytes - a.bytes)) {
      if (bytes <= perSocket && total <= inAll) break;
      total -= bytes;
      sockets.delete(socket);
      socket.destroy();
    }
  }

  return {
    watch(socket) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    },
    sweep,
    close: () => clearInterval(timer),
  };
}
