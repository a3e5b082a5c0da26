import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Lines from one person to another while `work` runs, `rate` a second, at least `least` of them. `sentToShown`: from when the author's program was told that
 * the relay has it on disk (or from typing, where that came first) to when the other's has shown it; `typedToShown`: from the key to the other screen.
 * Both in ms, sorted.
 */
export async function measureChat(from, to, { rate = 50, least = 500 }, work) {
  const typed = new Map();
  const sent = new Map();
  const samples = { sentToShown: [], typedToShown: [] };
  const idByText = new Map();
  const offs = [
    from.on(({ event, id, text, told }) => {
      if (event === 'queued') idByText.set(text, id);
      if (event === 'sent') sent.set(id, told);
    }),
    to.on(({ event, text, told }) => {
      if (event !== 'message' || !typed.has(text)) return;
      samples.typedToShown.push(told - typed.get(text));
      shown.push({ text, told });
    }),
  ];
  const shown = [];
  let running = true;
  const done = Promise.resolve(work()).finally(() => (running = false));
  let count = 0;
  for (const began = performance.now(); running || count < least; count++) {
    await sleep(Math.max(0, began + (count * 1000) / rate - performance.now()));
    const text = `bench ${Math.random()} ${count}`;
    typed.set(text, performance.now());
    from.write(text);
  }
  await done;
  for (const end = performance.now() + 30_000; shown.length < count; await sleep(20)) {
    if (performance.now() > end) throw new Error(`${count - shown.length} lines were not shown`);
  }
  for (const off of offs) off();
  // A line may be on the other's screen before the author's program has read that it is stored.
  for (const { text, told } of shown) samples.sentToShown.push(Math.max(0, told - (sent.get(idByText.get(text)) ?? told)));
  for (const list of Object.values(samples)) list.sort((a, b) => a - b);
  return samples;
}

export const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
