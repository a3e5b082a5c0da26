/** Brings the sound of all members together, 20 ms at a time: 16 bits, one channel, 48 kHz. */
export interface Mixer {
  add(member: symbol, pcm: Buffer): void;
  remove(member: symbol): void;
  /** The next 20 ms; silence where nobody speaks. */
  mix(): Buffer;
}

/** Bytes of 20 ms. */
export const MIX_BYTES = 1_920;
/** What is kept before a member is heard, so that what comes a little late is no gap: in turns of 20 ms. */
const LEAST = 2;
const MOST = 8;
/** And what may wait beyond that: later sound is made up for by leaving some out. */
const SPARE = 4;
/** Turns without a gap after which less is kept. */
const GOOD = 500;

interface Voice {
  waiting: Buffer;
  /** Turns that are kept. */
  keeps: number;
  playing: boolean;
  good: number;
}

export function createMixer(): Mixer {
  const voices = new Map<symbol, Voice>();

  /** @returns undefined where it has nothing to say */
  function take(voice: Voice): Buffer | undefined {
    const { waiting } = voice;
    if (!voice.playing && waiting.length < voice.keeps * MIX_BYTES) return undefined;
    voice.playing = waiting.length >= MIX_BYTES;
    if (!voice.playing) {
      voice.keeps = Math.min(voice.keeps + 1, MOST);
      voice.good = 0;
      return undefined;
    }
    voice.good += 1;
    if (voice.good >= GOOD) {
      voice.good = 0;
      voice.keeps = Math.max(voice.keeps - 1, LEAST);
    }
    voice.waiting = waiting.subarray(MIX_BYTES);
    return waiting.subarray(0, MIX_BYTES);
  }

  return {
    add(member, pcm) {
      const voice = voices.get(member) ?? { waiting: Buffer.alloc(0), keeps: LEAST, playing: false, good: 0 };
      voices.set(member, voice);
      const all = Buffer.concat([voice.waiting, pcm]);
      const most = (voice.keeps + SPARE) * MIX_BYTES;
      // The oldest goes, and never half a sample.
      voice.waiting = all.length <= most ? all : all.subarray((all.length - voice.keeps * MIX_BYTES) & ~1);
    },
    remove: (member) => void voices.delete(member),
    mix() {
      const mixed = Buffer.alloc(MIX_BYTES);
      const heard = [...voices.values()].flatMap((voice) => take(voice) ?? []);
      if (heard.length === 0) return mixed;
      for (let at = 0; at < MIX_BYTES; at += 2) {
        let sum = 0;
        for (const pcm of heard) sum += pcm.readInt16LE(at);
        mixed.writeInt16LE(Math.max(-32_768, Math.min(32_767, sum)), at);
      }
      return mixed;
    },
  };
}
