import { Phone } from 'lucide-react';
import { useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { useObservable } from '../state/observable.ts';

/** Begins a call in the room. Nothing of it while there is one: then that is there, and the way into it. */
export function CallButton({ room, className }: { room: string; className: string | undefined }) {
  const t = useTexts();
  const { callDesk } = useSurroundings();
  const on = useObservable(callDesk.calls).has(room);
  if (on) return null;
  return (
    <Button className={className} icon={<Phone size={18} aria-hidden="true" />} onClick={() => callDesk.prepare(room)}>
      {t.call}
    </Button>
  );
}
