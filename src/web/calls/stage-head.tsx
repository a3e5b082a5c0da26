import { Lock } from 'lucide-react';
import type { CallView } from '../../client/index.ts';
import { useSurroundings, useTexts } from '../context.tsx';
import { useObservable } from '../state/observable.ts';
import { ageOf } from '../state/calls/pictures.ts';
import styles from './call-stage.module.css';
import { useMinutes } from './use-minutes.ts';

interface HeadProps {
  call: CallView;
  title: string;
  words: readonly string[];
  onSealed(): void;
}

/** Where one is, for how long there has been a call, and that nobody else is in it. */
export function StageHead({ call, title, words, onSealed }: HeadProps) {
  const t = useTexts();
  const roomy = useObservable(useSurroundings().callDesk.roomy);
  const minutes = Math.floor(ageOf(call, useMinutes()) / 60_000);
  return (
    <header className={styles['head']}>
      <div className={styles['title']}>
        {/* Where the call has all of a small screen, the room's own header is not there. */}
        {roomy ? null : (
          <h1 className={styles['room']} dir="auto">
            {title}
          </h1>
        )}
        {minutes > 0 && <span className={styles['since']}>{t.callMinutes(minutes)}</span>}
      </div>
      <button type="button" className={styles['sealed']} onClick={onSealed} title={t.callSealedTitle}>
        <Lock size={14} aria-hidden="true" />
        <span className={styles['sealedWord']}>{t.callSealed}</span>
        <span className={styles['words']} translate="no" lang="en">
          {words.join(' ')}
        </span>
      </button>
    </header>
  );
}
