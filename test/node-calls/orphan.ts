import { findFfmpeg } from '../../src/client/node/calls/ffmpeg/program.ts';
import { startCamera } from '../../src/client/node/calls/ffmpeg/camera.ts';
import { startSoundDecoder } from '../../src/client/node/calls/ffmpeg/sound-decoder.ts';
import { silenceOf } from '../../src/client/node/calls/ffmpeg/silence.ts';

/** Runs until it is killed: a camera that is encoded, and a decoder that waits for sound. Says so once all of it runs. */
const ffmpeg = await findFfmpeg();
if (ffmpeg === undefined) throw new Error('no ffmpeg');
let frames = 0;
await startCamera(ffmpeg, ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'], {
  onFrame() {
    frames += 1;
    if (frames === 5) process.stdout.write('running\n');
  },
  onStopped: ({ code }) => process.stdout.write(`${code}\n`),
});
const decoder = startSoundDecoder(ffmpeg, { onSound() {}, onGone() {} });
decoder.take(silenceOf(80));
