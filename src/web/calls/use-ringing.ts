import { useEffect, useState } from 'react';
import type { CallView } from '../../client/index.ts';
import { useSurroundings, useTexts } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import { showName } from '../state/plain-text.ts';

/** A call that this device is being called to. */
export type Ringing = CallView & { readonly ringing: NonNullable<CallView['ringing']> };

/** ms */
const FLASH = 1_000;

/** The call that rings here; none while the person is about to answer it. */
export function useRinging(): Ringing | null {
  const { callDesk } = useSurroundings();
  const calls = useObservable(callDesk.calls);
  const { before } = useObservable(callDesk.screen);
  const rings = (view: CallView): view is Ringing => view.ringing !== null && view.state === 'out' && view.room !== before?.room;
  return [...calls.values()].find(rings) ?? null;
}

/** The page's title: while it rings, by turns, who calls. */
export function useRingingTitle(title: string): string {
  const t = useTexts();
  const ringing = useRinging();
  const active = ringing !== null;
  const [beats, setBeats] = useState(0);
  useEffect(() => {
    // A title that stands still says it too.
    if (!active || matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
    const timer = setInterval(() => setBeats((beat) => beat + 1), FLASH);
    return () => clearInterval(timer);
  }, [active]);
  return ringing && beats % 2 === 0 ? `☎ ${t.callRings(showName(ringing.ringing.name || t.unnamed))} · Corrillo` : title;
}
