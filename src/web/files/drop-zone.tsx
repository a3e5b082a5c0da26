import { Ban, UploadCloud } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type Picked, picksOfTransfer } from '../../client/browser/files/picks.ts';
import { useTexts } from '../context.tsx';
import { isolate } from '../state/plain-text.ts';
import styles from './drop-zone.module.css';

interface DropZoneProps {
  /** What the room is called that it would go to. */
  title: string;
  open: boolean;
  onPicks(picks: readonly Picked[]): void;
  onProblem(error: unknown): void;
}

/**
 * Takes what is dropped anywhere in the window, and says where it goes. A browser would leave the page for a file that nobody takes: also
 * where nothing can be sent, the drop ends here.
 */
export function DropZone({ title, open, onPicks, onProblem }: DropZoneProps) {
  const t = useTexts();
  const [over, setOver] = useState(false);
  const latest = useRef({ open, onPicks, onProblem });
  useEffect(() => {
    latest.current = { open, onPicks, onProblem };
  });

  useEffect(() => {
    /** Enters less leaves: each element that is passed on the way says both. */
    let depth = 0;
    const leave = () => {
      depth = 0;
      setOver(false);
    };
    const listen: Partial<Record<string, (event: DragEvent) => void>> = {
      dragenter() {
        depth += 1;
        setOver(true);
      },
      dragleave() {
        depth -= 1;
        if (depth <= 0) leave();
      },
      dragover(event) {
        if (event.dataTransfer) event.dataTransfer.dropEffect = latest.current.open ? 'copy' : 'none';
      },
      drop(event) {
        leave();
        if (event.dataTransfer && latest.current.open)
          picksOfTransfer(event.dataTransfer).then(latest.current.onPicks, latest.current.onProblem);
      },
    };
    const hear = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      listen[event.type]?.(event);
    };
    const events = ['dragenter', 'dragleave', 'dragover', 'drop'] as const;
    for (const event of events) addEventListener(event, hear);
    return () => {
      for (const event of events) removeEventListener(event, hear);
    };
  }, []);

  if (!over) return null;
  return (
    <div className={styles['zone']} data-shut={!open || undefined}>
      <div className={styles['card']}>
        {open ? <UploadCloud size={44} aria-hidden="true" /> : <Ban size={44} aria-hidden="true" />}
        <p className={styles['title']}>{open ? t.dropTitle(isolate(title)) : t.dropNot}</p>
        {open && <p className={styles['text']}>{t.dropText}</p>}
      </div>
    </div>
  );
}
