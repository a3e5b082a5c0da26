import type { Capture, CaptureEvents } from '../media-ports.ts';
import { startCapturing } from './capturing.ts';
import type { Input } from './inputs.ts';
import { createOggReader } from './ogg.ts';
import { type Ffmpeg, QUIET, WRITE_AT_ONCE } from './program.ts';
import { silenceOf } from './silence.ts';

/** Bits a second: clear speech. All packets have one size, so that it does not tell who speaks. */
const BITRATE = 32_000;

/** @param isTalking while it is not, silence of the same size is sent */
export async function startMicrophone(ffmpeg: Ffmpeg, input: Input, events: CaptureEvents, isTalking: () => boolean): Promise<Capture> {
  const capturing = await startCapturing(
    'microphone',
    {
      program: ffmpeg.program,
      args: [
        ...[...QUIET, ...input, '-vn', '-ac', '1', '-ar', '48000'],
        ...['-c:a', 'libopus', '-application', 'voip', '-b:a', `${BITRATE}`, '-vbr', 'off', '-frame_duration', '20'],
        ...['-page_duration', '20000', ...WRITE_AT_ONCE, '-f', 'ogg', 'pipe:1'],
      ],
    },
    () => {
      const reader = createOggReader((packet) => events.onFrame(isTalking() ? packet : silenceOf(packet.length), false));
      return (bytes) => void reader.take(bytes);
    },
    events.onStopped,
  );
  // Nobody is to hear by the others' leaving that somebody listens: sound goes on whether it is taken or not.
  return { requestKey() {}, want() {}, lessen() {}, close: capturing.close };
}
