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
  const minutes = Math.floor(ageOf(call, useMinutes()) / 60_000);
  return (
    <header className={styles['head']}>
      <p className={styles['title']}>
        <bdi className={styles['room']}>{title}</bdi>
        {minutes > 0 && <span className={styles['since']}>{t.callMinutes(minutes)}</span>}
      </p>
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
