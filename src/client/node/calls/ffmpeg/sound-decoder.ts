import { type KeptChild, keepChild, startChild } from './child.ts';
import { beginMatroska, writeFrame } from './matroska.ts';
import { type Ffmpeg, QUIET, READ_AT_ONCE, WRITE_AT_ONCE } from './program.ts';

/** Opus of one member to sound: 16 bits, one channel, 48 kHz. */
export interface SoundDecoder {
  /** @param packet undefined: one was lost, and is made up from those before */
  take(packet: Uint8Array | undefined): void;
  close(): void;
}

const MOST_UNSENT = 16 * 1024;
/** ms */
const FRAME = 20;

export function startSoundDecoder(ffmpeg: Ffmpeg, events: { onSound(pcm: Buffer): void; onGone(): void }): SoundDecoder {
  let time = 0;
  let configuration = 0;
  const start = (onEnd: (said: string) => void) => {
    const child = startChild({
      program: ffmpeg.program,
      args: [
        ...QUIET,
        ...['-flags', 'low_delay', '-c:a', 'libopus', ...READ_AT_ONCE],
        ...['-vn', '-ac', '1', '-ar', '48000', ...WRITE_AT_ONCE, '-f', 's16le', 'pipe:1'],
      ],
      mostUnsent: MOST_UNSENT,
      onData: events.onSound,
      onEnd,
    });
    child.write(beginMatroska({ codec: 'opus', channels: 2 }));
    return child;
  };
  const kept: KeptChild = keepChild(start, events.onGone);
  return {
    take(packet) {
      if (packet?.length === 0) return;
      // A frame without bytes (RFC 6716 section 3.1, code 0) is one that was lost.
      if (packet !== undefined) configuration = (packet[0] as number) & 0xfc;
      kept.child.write(writeFrame(time, packet ?? Uint8Array.of(configuration)));
      time += FRAME;
    },
    close: () => void kept.close(),
  };
}
