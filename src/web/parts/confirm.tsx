import { type ReactNode, useState } from 'react';
import { useSentence, useTexts } from '../context.tsx';
import { type Problem, problemOf } from '../state/problem.ts';
import { Button } from './button.tsx';
import styles from './confirm.module.css';
import { DialogActions } from './dialog.tsx';

interface ConfirmProps {
  /** What the button that does it says, and says while it is being done. */
  label: string;
  busyLabel?: string;
  danger?: boolean;
  children?: ReactNode;
  act(): Promise<void>;
  onDone(): void;
  onCancel(): void;
}

/** The body of a dialog that does one thing: it stays open until that is done, and says why it was not. */
export function Confirm({ label, busyLabel = label, danger = false, children, act, onDone, onCancel }: ConfirmProps) {
  const t = useTexts();
  const sentence = useSentence();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function submit(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await act();
      onDone();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  }

  return (
    <form
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      {children}
      <p role="alert" className={styles['problem']}>
        {problem && sentence(problem)}
      </p>
      <DialogActions>
        <Button onClick={onCancel}>{t.cancel}</Button>
        <Button type="submit" look={danger ? 'danger' : 'main'} disabled={busy}>
          {busy ? busyLabel : label}
        </Button>
      </DialogActions>
    </form>
  );
}
