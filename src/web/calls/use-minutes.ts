import { useEffect, useState } from 'react';

/** ms */
const EVERY = 15_000;

/** The time, often enough to count minutes by. */
export function useMinutes(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY);
    return () => clearInterval(timer);
  }, []);
  return now;
}
