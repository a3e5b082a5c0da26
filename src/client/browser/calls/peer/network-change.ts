/** ms in which something comes where the way still leads, be it the answer to a check: browsers make one every 2.5 s at least. */
const ANSWERED = 3_000;

export interface NetworkWatch {
  /** Looks whether anything comes still. */
  doubt(): void;
  end(): void;
}

/**
 * Another network, or another address: a browser goes on checking the way that it had, for ten seconds and more, and finds no other by itself. Who is told that
 * there was a change can see sooner that nothing comes any more.
 * @param onDead nothing has come since
 */
export function watchNetwork(connection: RTCPeerConnection, onDead: () => void): NetworkWatch {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  async function look(): Promise<void> {
    const before = await bytesOf(connection);
    clearTimeout(timer);
    timer = setTimeout(() => void compare(before).catch(() => {}), ANSWERED);
    if (isOver) clearTimeout(timer);
  }
  async function compare(before: number): Promise<void> {
    if ((await bytesOf(connection)) === before && !isOver) onDead();
  }
  const doubt = (): void => void look().catch(() => {});
  const places = [globalThis, (navigator as { readonly connection?: EventTarget }).connection];
  for (const name of ['online', 'change']) for (const place of places) place?.addEventListener(name, doubt);
  return {
    doubt,
    end() {
      isOver = true;
      clearTimeout(timer);
      for (const name of ['online', 'change']) for (const place of places) place?.removeEventListener(name, doubt);
    },
  };
}

/** What came in by any way. NaN, which is like nothing else, where the browser does not say: then its own checks have to do. */
async function bytesOf(connection: RTCPeerConnection): Promise<number> {
  for (const entry of (await connection.getStats()).values() as Iterable<{ readonly type: string; readonly bytesReceived?: number }>)
    if (entry.type === 'transport') return entry.bytesReceived ?? Number.NaN;
  return Number.NaN;
}
