import { useState } from 'react';
import { useSurroundings } from '../context.tsx';
import { later } from '../parts/later.tsx';
import { useObservable } from '../state/observable.ts';

/** Fetched with the first call that there is. */
const CallLayer = later(async () => (await import('./call-layer.tsx')).CallLayer);

/** What there is of calls on every screen: the ring, the way in, the sound, and the small picture. */
export function Calls() {
  const { callDesk } = useSurroundings();
  const calls = useObservable(callDesk.calls);
  const { before, call, unsealed } = useObservable(callDesk.screen);
  const [seen, setSeen] = useState(false);
  const some = calls.size > 0 || before !== null || call !== null || unsealed !== null;
  // It stays, so that what opens can also close.
  if (some && !seen) setSeen(true);
  return seen && <CallLayer />;
}
