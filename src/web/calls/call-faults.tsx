import { LoaderCircle, ScreenShare, TriangleAlert, Volume2, X } from 'lucide-react';
import type { CallView } from '../../client/index.ts';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { sends } from '../state/calls/call-screen.ts';
import { useObservable } from '../state/observable.ts';
import { problemOf } from '../state/problem.ts';
import styles from './call-faults.module.css';
import note from './stage-note.module.css';

/** Over the people, who stay where they were: it comes back by itself. */
export function Waiting({ call }: { call: CallView }) {
  const t = useTexts();
  const sentence = useSentence();
  const waits = call.state === 'waiting' || call.state === 'joining';
  return (
    <output className={styles['waiting']} data-shown={waits || undefined}>
      {waits && (
        <span className={`${note['note']} ${styles['card']}`}>
          <LoaderCircle size={28} className={styles['turning']} aria-hidden="true" />
          <strong>{call.state === 'joining' ? t.callJoining : t.callWaiting}</strong>
          {call.error && <span>{sentence(problemOf(call.error))}</span>}
        </span>
      )}
    </output>
  );
}

/** What is wrong with what goes out or comes in, and what the person can do about it. */
export function CallFaults() {
  const t = useTexts();
  const sentence = useSentence();
  const { callDesk } = useSurroundings();
  const { call, problems, soundBlocked } = useObservable(callDesk.screen);
  return (
    <div className={styles['faults']}>
      {soundBlocked && (
        <div className={styles['line']}>
          <Volume2 size={18} aria-hidden="true" />
          <p>{t.callSoundText}</p>
          <Button look="main" className={styles['do']} onClick={() => callDesk.set({ soundBlocked: false })}>
            {t.callSoundOn}
          </Button>
        </div>
      )}
      {sends(call, 'screen') && (
        <div className={styles['line']}>
          <ScreenShare size={18} aria-hidden="true" />
          <p>{t.callScreenOwn}</p>
          <Button className={styles['do']} onClick={() => callDesk.turn('screen')}>
            {t.callScreenStop}
          </Button>
        </div>
      )}
      <div role="alert" className={styles['alerts']}>
        {problems.map(({ source, problem }) => (
          <div key={source ?? 'call'} className={styles['line']} data-trouble>
            <TriangleAlert size={18} aria-hidden="true" />
            <p>{sentence(problem)}</p>
            <IconButton label={t.dismiss} className={styles['dismiss']} onClick={() => callDesk.dismissProblem(source)}>
              <X size={16} aria-hidden="true" />
            </IconButton>
          </div>
        ))}
      </div>
    </div>
  );
}
