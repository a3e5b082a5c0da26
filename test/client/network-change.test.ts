import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchNetwork } from '../../src/client/browser/calls/peer/network-change.ts';

/** Longer than whatever comes needs. */
const LONG = 3_500;
let [page, line] = [new EventTarget(), new EventTarget()];

beforeEach(() => {
  vi.useFakeTimers();
  [page, line] = [new EventTarget(), new EventTarget()];
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  vi.stubGlobal('navigator', { connection: line });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A connection of which a test says what came. */
function watch(type = 'transport') {
  const state = { bytes: 1_000, dead: 0 };
  const getStats = async () => new Map([['t', { type, bytesReceived: state.bytes }]]);
  const watched = watchNetwork({ getStats } as unknown as RTCPeerConnection, () => (state.dead += 1));
  return { state, watched };
}

it.each([
  ['the machine is online again', () => page.dispatchEvent(new Event('online'))],
  ['the network is another one', () => line.dispatchEvent(new Event('change'))],
  ['the chat had to connect anew', (doubt: () => void) => doubt()],
])('where %s and nothing comes any more, the way is dead', async (_, act) => {
  const { state, watched } = watch();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.dead).toBe(0);
  act(watched.doubt);
  // The answer to a check may take so long to be due.
  await vi.advanceTimersByTimeAsync(2_600);
  expect(state.dead).toBe(0);
  await vi.advanceTimersByTimeAsync(LONG);
  expect(state.dead).toBe(1);
});

it('a way by which anything comes is left as it is', async () => {
  const { state, watched } = watch();
  watched.doubt();
  await vi.advanceTimersByTimeAsync(2_600);
  state.bytes += 1;
  await vi.advanceTimersByTimeAsync(LONG);
  expect(state.dead).toBe(0);
});

it('where the browser does not say what came, it is not guessed', async () => {
  const { state, watched } = watch('candidate-pair');
  watched.doubt();
  await vi.advanceTimersByTimeAsync(LONG);
  expect(state.dead).toBe(0);
});

it('nothing is said, and nothing listened to, after its end', async () => {
  const { state, watched } = watch();
  watched.doubt();
  watched.end();
  await vi.advanceTimersByTimeAsync(LONG);
  page.dispatchEvent(new Event('online'));
  line.dispatchEvent(new Event('change'));
  await vi.advanceTimersByTimeAsync(LONG);
  expect(state.dead).toBe(0);
});
