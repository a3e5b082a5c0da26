import { type Ref, useEffect, useState } from 'react';
import { useSentence, useSurroundings, useTexts } from '../context.tsx';
import type { Problem } from '../state/problem.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import styles from './link-form.module.css';

/** Takes a link by hand: pasted from a message, or read out. */
export function LinkForm({ field }: { field?: Ref<HTMLInputElement> }) {
  const t = useTexts();
  const sentence = useSentence();
  const { page, business } = useSurroundings();
  const [link, setLink] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const typing = link !== '';
  useEffect(() => (typing ? business.begin() : undefined), [typing, business]);

  return (
    <form
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setProblem(page.followLink(link));
      }}
    >
      <Field
        ref={field}
        label={t.linkLabel}
        placeholder={t.linkHint}
        value={link}
        onChange={(event) => {
          setLink(event.target.value);
          setProblem(null);
        }}
        problem={problem && sentence(problem)}
        type="url"
        autoComplete="off"
        spellCheck={false}
      />
      <Button look="main" type="submit">
        {t.linkGo}
      </Button>
    </form>
  );
}
