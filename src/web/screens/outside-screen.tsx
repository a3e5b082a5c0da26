import { useEffect, useState } from 'react';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import type { Problem } from '../state/problem.ts';
import { Aside, CardScreen, Lead, Trouble } from './card-screen.tsx';
import styles from './card-screen.module.css';

/** In no room and without a link: says how one comes in, and takes a link by hand. */
export function OutsideScreen({ problem }: { problem: Problem | null }) {
  const t = useTexts();
  const sentence = useSentence();
  const { page, business } = useSurroundings();
  const [link, setLink] = useState('');
  const typing = link !== '';
  useEffect(() => (typing ? business.begin() : undefined), [typing, business]);

  return (
    <CardScreen title={t.outsideTitle}>
      <Lead>{t.outsideText}</Lead>
      <Trouble>{problem && sentence(problem)}</Trouble>
      <form
        className={styles['form']}
        onSubmit={(event) => {
          event.preventDefault();
          page.followLink(link);
        }}
      >
        <Field
          label={t.linkLabel}
          placeholder={t.linkHint}
          value={link}
          onChange={(event) => setLink(event.target.value)}
          type="url"
          autoComplete="off"
          spellCheck={false}
          required
        />
        <Button look="main" type="submit">
          {t.linkGo}
        </Button>
      </form>
      <Aside>{t.outsideFounder}</Aside>
    </CardScreen>
  );
}
