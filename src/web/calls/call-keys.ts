import { useEffect, useRef } from 'react';
import type { OwnSource } from '../state/calls/preparation.ts';

/** With Ctrl, or the command key of a Mac, whose Ctrl is for moving in what is written: they work while one writes, too. */
export const MICROPHONE_KEY = 'd';
export const CAMERA_KEY = 'e';

const isMac = /^Mac|^iP/.test(navigator.platform);

/** A key as it is shown to people, and as ARIA names it. */
export function keysOf(key: string): { readonly shown: string; readonly said: string } {
  const letter = key.toUpperCase();
  return isMac ? { shown: `⌘${letter}`, said: `Meta+${letter}` } : { shown: `Ctrl+${letter}`, said: `Control+${letter}` };
}

/** Turns microphone and camera from wherever the focus is. */
export function useCallKeys(turn: (source: OwnSource) => void, active: boolean): void {
  const latest = useRef(turn);
  useEffect(() => {
    latest.current = turn;
  });
  useEffect(() => {
    if (!active) return undefined;
    const press = (event: KeyboardEvent) => {
      const held = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      const key = event.key.toLowerCase();
      if (!held || event.altKey || event.shiftKey || (key !== MICROPHONE_KEY && key !== CAMERA_KEY)) return;
      event.preventDefault();
      if (!event.repeat) latest.current(key === MICROPHONE_KEY ? 'microphone' : 'camera');
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [active]);
}
