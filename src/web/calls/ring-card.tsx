import { Phone } from 'lucide-react';
import { useId } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { PersonDisk } from '../parts/person.tsx';
import { useObservable } from '../state/observable.ts';
import { isolate, showControls, showName } from '../state/plain-text.ts';
import styles from './ring-card.module.css';
import { useRingSound } from './ring-sound.ts';
import { type Ringing, useRinging } from './use-ringing.ts';

/** Somebody calls. It takes the focus from nobody: who is writing would answer with the next Enter. */
export function Ring() {
  const t = useTexts();
  const { callDesk, list } = useSurroundings();
  const { call } = useObservable(callDesk.screen);
  const rooms = useObservable(list);
  const ringing = useRinging();
  // Who is in a call hears people there.
  useRingSound(ringing !== null && call === null);
  const summary = rooms.find(({ room }) => room === ringing?.room);
  const room = summary && summary.access !== 'direct' ? showControls(summary.title) || t.untitled : null;
  const said = ringing && [t.callRings(showName(ringing.ringing.name || t.unnamed)), ...(room ? [t.callRingsIn(isolate(room))] : [])];
  return (
    <>
      {ringing && <Card ringing={ringing} room={room} />}
      <div role="alert" className="said">
        {said?.join(' ')}
      </div>
    </>
  );
}

function Card({ ringing, room }: { ringing: Ringing; room: string | null }) {
  const t = useTexts();
  const id = useId();
  const { callDesk, page } = useSurroundings();
  const { device, name } = ringing.ringing;
  const dismiss = () => {
    callDesk.dismissRing(ringing.room);
    document.querySelector<HTMLElement>('main textarea')?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape comes up from its buttons
    <div
      role="dialog"
      aria-labelledby={id}
      className={styles['card']}
      onKeyDown={(event) => {
        if (event.key === 'Escape') dismiss();
      }}
    >
      <span className={styles['person']}>
        <PersonDisk device={device} name={name} />
      </span>
      <p id={id} className={styles['who']} dir="auto">
        <span className={styles['line']}>{t.callRings(isolate(name || t.unnamed))}</span>
        {room !== null && <span className={styles['room']}>{t.callRingsIn(isolate(room))}</span>}
      </p>
      <div className={styles['actions']}>
        <Button onClick={dismiss}>{t.callNotNow}</Button>
        <Button
          look="main"
          icon={<Phone size={18} aria-hidden="true" />}
          onClick={() => {
            page.show(ringing.room);
            callDesk.prepare(ringing.room);
          }}
        >
          {t.callJoin}
        </Button>
      </div>
    </div>
  );
}
