import { useEffect, useRef } from 'react';
import type { CallTracks } from '../../client/browser/calls/contract.ts';
import { useTexts } from '../context.tsx';
import styles from './before-call.module.css';

/** ms */
const EVERY = 90;

/** That one is heard, before one joins. It moves outside of React: ten times a second nothing else is drawn. */
export function LevelMeter({ tracks }: { tracks: Pick<CallTracks, 'level'> }) {
  const t = useTexts();
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      // Nearer to what ears make of it: a quiet voice moves it too.
      if (meter.current) meter.current.value = Math.sqrt(Math.min(1, tracks.level('own')));
    }, EVERY);
    return () => clearInterval(timer);
  }, [tracks]);
  return <meter ref={meter} className={styles['meter']} min={0} max={1} value={0} aria-label={t.callLevel} />;
}
