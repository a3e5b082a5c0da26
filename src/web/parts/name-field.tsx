import { useEffect, useRef } from 'react';
import { useTexts } from '../context.tsx';
import { Field } from './field.tsx';

interface NameFieldProps {
  name: string;
  onChange(name: string): void;
  problem: string | null;
  readOnly: boolean;
  next?: 'go' | 'next';
}

/** What the others are to call one. It has the focus when it appears: whoever is here has come on purpose. */
export function NameField({ name, onChange, problem, readOnly, next = 'go' }: NameFieldProps) {
  const t = useTexts();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <Field
      ref={field}
      label={t.nameLabel}
      placeholder={t.nameHint}
      value={name}
      onChange={(event) => onChange(event.target.value)}
      problem={problem}
      autoComplete="nickname"
      autoCapitalize="words"
      enterKeyHint={next}
      readOnly={readOnly}
    />
  );
}
