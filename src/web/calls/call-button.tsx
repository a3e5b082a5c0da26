import { Phone } from 'lucide-react';
import { useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { useObservable } from '../state/observable.ts';

/** Begins the room's call, or joins it. Nothing of it while this device is in: the call itself is there then. */
export function CallButton({ room, className }: { room: string; className: string | undefined }) {
  const t = useTexts();
  const { callDesk } = useSurroundings();
  const on = useObservable(callDesk.calls).has(room);
  const { call } = useObservable(callDesk.screen);
  if (call?.room === room) return null;
  return (
    <Button className={className} icon={<Phone size={18} aria-hidden="true" />} onClick={() => callDesk.prepare(room)}>
      {on ? t.callJoin : t.call}
    </Button>
  );
}
