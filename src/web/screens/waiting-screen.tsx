import { useId } from 'react';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Words } from '../parts/words.tsx';
import { needsPerson } from '../state/hindrances.ts';
import { useObservable } from '../state/observable.ts';
import type { Waiting } from '../state/page-state.ts';
import { CardScreen, Lead, Trouble } from './card-screen.tsx';
import styles from './card-screen.module.css';

/** At the door: what those inside see of one, and that nothing has to be done. */
export function WaitingScreen({ waiting }: { waiting: Waiting }) {
  const t = useTexts();
  const sentence = useSentence();
  const { page, list } = useSurroundings();
  const id = useId();
  const { connection, words, withdrawing } = waiting;
  const elsewhere = useObservable(list).find(({ room, phase }) => room !== waiting.room && phase === 'ready');
  const lasting = connection.state === 'offline' && needsPerson(connection.code) ? connection.code : null;
  return (
    <CardScreen title={t.waitTitle} turning>
      <Lead>{t.waitText}</Lead>
      <section className={styles['words']} aria-labelledby={id}>
        <h2 id={id} className={styles['wordsTitle']}>
          {t.waitWords}
        </h2>
        <Words words={words} size="l" />
        <p className={styles['small']}>{t.waitWordsText}</p>
      </section>
      <Trouble>{lasting !== null && sentence({ code: lasting, detail: {} })}</Trouble>
      <output className={styles['line']} data-connection={connection.state}>
        {connection.state === 'connected' ? t.waitConnected : connection.state === 'connecting' ? t.connecting : t.waitOffline}
      </output>
      <Button onClick={() => void page.withdraw()} disabled={withdrawing}>
        {t.cancel}
      </Button>
      {elsewhere && (
        <Button className={styles['bare']} onClick={() => page.show(elsewhere.room)}>
          {t.waitElsewhere}
        </Button>
      )}
    </CardScreen>
  );
}
