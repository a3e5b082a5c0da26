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

/** Its other end is closed. Were it closed itself, browsers would not even take what it is handed. */
const nowhere = openToNobody();

function openToNobody(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}
