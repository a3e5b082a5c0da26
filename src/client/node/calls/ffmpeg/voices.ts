import { HEARING } from '../../../calls/hearing.ts';

/** Who speaks, by how loud their sound is where it is decoded: nobody else knows it, and the relay must not. */
export interface Voices {
  /** @param pcm 16 bits, one channel */
  take(device: string, pcm: Buffer): void;
  /** Nothing comes of it any more. */
  gone(device: string): void;
  /** Told when it is others than before. @returns takes it off */
  on(listener: (speaking: ReadonlySet<string>) => void): () => void;
}

/** Of the samples, each so manieth is looked at: voices are loud in all of them. */
const EACH = 4;
const BYTES = 2;
const LOUDEST = 32_768;

export function createVoices(): Voices {
  const heardAt = new Map<string, number>();
  const listeners = new Set<(speaking: ReadonlySet<string>) => void>();
  let timer: NodeJS.Timeout | undefined;

  function tell(): void {
    const speaking = new Set(heardAt.keys());
    for (const listener of listeners) listener(speaking);
  }

  /** Looks again when the next one may have ended. */
  function plan(): void {
    clearTimeout(timer);
    timer = undefined;
    if (heardAt.size === 0) return;
    timer = setTimeout(look, Math.max(1, Math.min(...heardAt.values()) + HEARING.hold - performance.now()));
    timer.unref();
  }

  function look(): void {
    const now = performance.now();
    const silent = [...heardAt].filter(([, at]) => now - at >= HEARING.hold);
    for (const [device] of silent) heardAt.delete(device);
    if (silent.length > 0) tell();
    plan();
  }

  return {
    take(device, pcm) {
      if (levelOf(pcm) < HEARING.heard) return;
      const isNew = !heardAt.has(device);
      heardAt.set(device, performance.now());
      if (!isNew) return;
      tell();
      plan();
    },
    gone(device) {
      if (!heardAt.delete(device)) return;
      tell();
      plan();
    },
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** 0 to 1, as WebRTC's levels are: that of the loudest sample. */
function levelOf(pcm: Buffer): number {
  let loudest = 0;
  for (let at = 0; at + BYTES <= pcm.length; at += EACH * BYTES) loudest = Math.max(loudest, Math.abs(pcm.readInt16LE(at)));
  return loudest / LOUDEST;
}
