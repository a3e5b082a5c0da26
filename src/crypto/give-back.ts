/**
 * Frees the memory of `bytes` now. What only the collector frees waits for it, and large buffers make it come: for each gigabyte of them once per 32 MiB or
 * so, and at every second time it looks at all that a program holds. A buffer that was handed on belongs to nobody here, and where nobody listens it is
 * dropped. `ArrayBuffer.transfer(0)` would not do: browsers hold on to what they made themselves, and no longer count it.
 *
 * @param bytes nobody looks at again, nor at anything else in their buffer
 */
export function giveBack(bytes: Uint8Array): void {
  nowhere.postMessage(null, [bytes.buffer as ArrayBuffer]);
}

const nowhere = openToNobody();

/** A port that is closed, or, where such a one does not even take what it is handed (Chromium), one whose other end is. */
function openToNobody(): MessagePort {
  const { port1: closed } = new MessageChannel();
  closed.close();
  const probe = new ArrayBuffer(1);
  closed.postMessage(null, [probe]);
  if (probe.byteLength === 0) return closed;
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
