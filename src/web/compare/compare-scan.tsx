import { useSentence, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { DialogActions } from '../parts/dialog.tsx';
import type { Problem } from '../state/problem.ts';
import styles from './compare.module.css';
import type { CameraProblem } from './scan.ts';
import { Scanner } from './scanner.tsx';

interface CompareScanProps {
  /** What was wrong with what the camera saw so far. */
  hint: Problem | null;
  onCode(code: string): void;
  onProblem(problem: CameraProblem): void;
  onCancel(): void;
}

export function CompareScan({ hint, onCode, onProblem, onCancel }: CompareScanProps) {
  const t = useTexts();
  const sentence = useSentence();
  return (
    <div className={styles['ways']}>
      <p className={styles['lead']}>{t.scanTitle}</p>
      <Scanner onCode={onCode} onProblem={onProblem} />
      <p role="alert" className={styles['hint']}>
        {hint && sentence(hint)}
      </p>
      <DialogActions>
        <Button onClick={onCancel}>{t.cancel}</Button>
      </DialogActions>
    </div>
  );
}
