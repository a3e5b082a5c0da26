import { BadgeCheck, CameraOff, CircleAlert, OctagonAlert } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Member } from '../../client/index.ts';
import { useSentence, useTexts } from '../context.tsx';
import { Button } from '../parts/button.tsx';
import { DialogActions } from '../parts/dialog.tsx';
import { isolate } from '../state/plain-text.ts';
import type { Problem } from '../state/problem.ts';
import styles from './compare.module.css';
import type { CameraProblem } from './scan.ts';

export type Result =
  /** `other`: the screen that was scanned belongs to somebody else in the room. */
  | { readonly is: 'same'; readonly other: Member | null }
  /** The person says that the words are different. */
  | { readonly is: 'differs' }
  /** The code says that something is wrong. */
  | { readonly is: 'refused' | 'failed'; readonly problem: Problem }
  | { readonly is: 'blind'; readonly camera: CameraProblem };

interface ResultProps {
  result: Result;
  name: string;
  onAgain(): void;
  onClose(): void;
}

export function CompareResult({ result, name, onAgain, onClose }: ResultProps) {
  const t = useTexts();
  const told = useTold(result, name);
  const box = useRef<HTMLDivElement>(null);
  // What had the focus is gone; what is here now is to be read.
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} className={styles['result']} data-tone={told.tone} tabIndex={-1} role="group" aria-label={told.title}>
      <span className={styles['symbol']}>{told.symbol}</span>
      <h3>{told.title}</h3>
      <p>{told.text}</p>
      <DialogActions>
        {result.is === 'same' && result.other === null ? null : <Button onClick={onAgain}>{t.compareAgain}</Button>}
        <Button look="main" onClick={onClose}>
          {t.close}
        </Button>
      </DialogActions>
    </div>
  );
}

function useTold(result: Result, name: string): { tone: 'good' | 'bad' | 'calm'; symbol: ReactNode; title: string; text: string } {
  const t = useTexts();
  const sentence = useSentence();
  switch (result.is) {
    case 'same': {
      const { other } = result;
      const title = other ? t.compareOtherPerson(isolate(other.name || t.unnamed)) : t.compareDone(name);
      return { tone: 'good', symbol: <BadgeCheck size={56} aria-hidden="true" />, title, text: t.compareDoneText };
    }
    case 'differs':
      return {
        tone: 'bad',
        symbol: <OctagonAlert size={56} aria-hidden="true" />,
        title: t.compareDiffers,
        text: t.compareDiffersText(name),
      };
    case 'refused':
      return {
        tone: 'bad',
        symbol: <OctagonAlert size={56} aria-hidden="true" />,
        title: t.compareDiffers,
        text: sentence(result.problem),
      };
    case 'blind':
      return {
        tone: 'calm',
        symbol: <CameraOff size={48} aria-hidden="true" />,
        title: t.compareFailed,
        text: cameraText(result.camera, t),
      };
    case 'failed':
    default:
      return { tone: 'calm', symbol: <CircleAlert size={48} aria-hidden="true" />, title: t.compareFailed, text: sentence(result.problem) };
  }
}

function cameraText(camera: CameraProblem, t: ReturnType<typeof useTexts>): string {
  return { denied: t.cameraDenied, missing: t.cameraMissing, busy: t.cameraBusy, failed: t.cameraFailed }[camera];
}
