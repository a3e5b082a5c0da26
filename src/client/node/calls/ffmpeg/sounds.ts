import type { Decoder, DecoderEvents } from '../media-ports.ts';
import { createMixer, MIX_BYTES } from './mixer.ts';
import type { Speaker } from './player.ts';
import type { Ffmpeg } from './program.ts';
import { type SoundDecoder, startSoundDecoder } from './sound-decoder.ts';

/** Everybody's sound: a child for each who sends some, and one speaker for all. */
export interface Sounds {
  /** @param onSound each piece of it, as it is decoded */
  decode(ffmpeg: Ffmpeg, events: DecoderEvents, onSound?: (pcm: Buffer) => void): Decoder;
}

/** ms; and what may be made up for at once where the process was busy. */
const TURN = 20;
const MOST_TURNS = 5;

/** @param open called when the first member is heard; resolves with undefined where this machine plays nothing */
export function createSounds(open: (ffmpeg: Ffmpeg) => Promise<Speaker | undefined>): Sounds {
  const mixer = createMixer();
  let users = 0;
  let speaker: { close(): void } | undefined;

  function start(ffmpeg: Ffmpeg): { close(): void } {
    let opened: Speaker | undefined;
    let closed = false;
    let next = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      next = Math.max(next, now - MOST_TURNS * TURN);
      for (; next <= now; next += TURN) opened?.play(mixer.mix());
    }, TURN);
    timer.unref();
    void open(ffmpeg).then((found) => {
      if (closed) found?.close();
      else opened = found;
    });
    return {
      close() {
        closed = true;
        clearInterval(timer);
        opened?.close();
      },
    };
  }

  return {
    decode(ffmpeg, events, onSound) {
      const voice = Symbol('voice');
      let decoder: SoundDecoder | undefined;
      let decoded = 0;
      let closed = false;
      users += 1;
      speaker ??= start(ffmpeg);
      return {
        take(packet) {
          if (closed || (decoder === undefined && packet === undefined)) return;
          decoder ??= startSoundDecoder(ffmpeg, {
            onSound(pcm) {
              if (closed) return;
              mixer.add(voice, pcm);
              onSound?.(pcm);
              for (decoded += pcm.length; decoded >= MIX_BYTES; decoded -= MIX_BYTES) events.onDecoded();
            },
            onGone() {
              closed = true;
            },
          });
          decoder.take(packet);
        },
        close() {
          closed = true;
          decoder?.close();
          mixer.remove(voice);
          users -= 1;
          if (users > 0) return;
          speaker?.close();
          speaker = undefined;
        },
      };
    },
  };
}
