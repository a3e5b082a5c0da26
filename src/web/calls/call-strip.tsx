import { Phone, X } from 'lucide-react';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { ageOf } from '../state/calls/pictures.ts';
import { useObservable } from '../state/observable.ts';
import styles from './call-strip.module.css';
import { useNames } from './names.ts';
import { useRinging } from './use-ringing.ts';
import { useMinutes } from './use-minutes.ts';

/** Above the conversation, while there is a call in the room that this device is not in; and why it is not in it any more. */
export function CallStrip({ room }: { room: string }) {
  const t = useTexts();
  const sentence = useSentence();
  const nameAll = useNames();
  const { callDesk } = useSurroundings();
  const view = useObservable(callDesk.calls).get(room);
  const { call, before, problems } = useObservable(callDesk.screen);
  const now = useMinutes();
  const ringing = useRinging();
  if (call?.room === room) return null;
  // While it rings, the ring says it.
  const on = view && view.members.length > 0 && ringing?.room !== room ? view : null;
  const minutes = on ? Math.floor(ageOf(on, now) / 60_000) : 0;
  const problem = before ? undefined : problems.find((one) => one.source === null && one.room === room)?.problem;
  return (
    <>
      {on && (
        <section className={styles['strip']} aria-label={t.callOn}>
          <span className={styles['sign']} aria-hidden="true">
            <Phone size={16} />
          </span>
          <p className={styles['who']}>
            {t.callWith(nameAll(on.members.map(({ name }) => name)))}
            {minutes > 0 && <span className={styles['since']}>{` · ${t.callMinutes(minutes)}`}</span>}
          </p>
          <Button look="main" className={styles['join']} onClick={() => callDesk.prepare(room)}>
            {t.callJoin}
          </Button>
        </section>
      )}
      <div role="alert" className={styles['trouble']}>
        {problem && (
          <>
            <p>{sentence(problem)}</p>
            <IconButton label={t.dismiss} onClick={() => callDesk.dismissProblem(null)}>
              <X size={16} aria-hidden="true" />
            </IconButton>
          </>
        )}
      </div>
    </>
  );
}
