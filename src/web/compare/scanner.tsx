import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../context.tsx';
import type { CameraProblem } from './scan.ts';
import styles from './compare.module.css';

interface ScannerProps {
  onCode(text: string): void;
  onProblem(problem: CameraProblem): void;
}

/** What the camera sees, until a code is found. What reads it is fetched only now: most people never need it. */
export function Scanner({ onCode, onProblem }: ScannerProps) {
  const t = useTexts();
  const video = useRef<HTMLVideoElement>(null);
  const [seeing, setSeeing] = useState(false);
  const told = useRef({ onCode, onProblem });
  useEffect(() => {
    told.current = { onCode, onProblem };
  });

  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    void import('./scan.ts')
      .then(({ scan }) =>
        scan({
          video: video.current as HTMLVideoElement,
          signal,
          onPicture: () => setSeeing(true),
          onCode: (text) => told.current.onCode(text),
        }),
      )
      .catch((): CameraProblem => 'failed')
      .then((problem) => problem !== undefined && !signal.aborted && told.current.onProblem(problem));
    return () => ending.abort();
  }, []);

  return (
    <div className={styles['scanner']}>
      <video ref={video} className={styles['picture']} muted playsInline aria-label={t.scanPicture} />
      <span className={styles['frame']} aria-hidden="true" />
      <output className={styles['looking']}>{seeing ? t.scanLooking : t.scanStarting}</output>
    </div>
  );
}
