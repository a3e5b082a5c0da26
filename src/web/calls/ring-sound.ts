import { useEffect } from 'react';

/** Two notes, up a fourth; Hz. */
const NOTES = [587.33, 783.99] as const;
/** s */
const NOTE = 0.42;
const LOUD = 0.12;
/** ms between two rings, and for how long at most: nobody is there then. */
const AGAIN = 2_600;
const LONGEST = 45_000;

/** Rings for as long as it is active. Before anybody touched the page a browser plays nothing, and complains: then it is silent. */
export function useRingSound(active: boolean): void {
  useEffect(() => {
    if (!active || !navigator.userActivation?.hasBeenActive || typeof AudioContext === 'undefined') return undefined;
    const context = new AudioContext();
    const ring = () => NOTES.forEach((pitch, i) => play(context, pitch, context.currentTime + i * NOTE * 0.55));
    ring();
    if (matchMedia('(pointer: coarse)').matches && !matchMedia('(prefers-reduced-motion: reduce)').matches)
      navigator.vibrate?.([160, 90, 160]);
    const again = setInterval(ring, AGAIN);
    const enough = setTimeout(() => clearInterval(again), LONGEST);
    return () => {
      clearInterval(again);
      clearTimeout(enough);
      void context.close();
    };
  }, [active]);
}

function play(context: AudioContext, pitch: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = 'sine';
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + NOTE);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE);
}
