import { Lock } from 'lucide-react';
import type { CallView } from '../../client/index.ts';
import { useTexts } from '../context.tsx';
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
  const now = useMinutes();
  return (
    <header className={styles['head']}>
      <p className={styles['title']}>
        <bdi className={styles['room']}>{title}</bdi>
        <span className={styles['since']}>{t.callMinutes(Math.floor(ageOf(call, now) / 60_000))}</span>
      </p>
      <button type="button" className={styles['sealed']} onClick={onSealed} aria-label={t.callSealedTitle} title={t.callSealedTitle}>
        <Lock size={14} aria-hidden="true" />
        <span className={styles['sealedWord']}>{t.callSealed}</span>
        <span className={styles['words']} translate="no" lang="en" aria-hidden="true">
          {words.join(' ')}
        </span>
      </button>
    </header>
  );
}
