/** What somebody without any key makes of frames that a relay forwards, if it can make anything of them. */
export interface Plain {
  /** Brightest pixel of all pictures that could be decoded, 0 to 255; null where none could. */
  brightest(frames: number[][]): Promise<number | null>;
  /** Loudest sample of all sound that could be decoded, 0 to 1; null where none could. */
  loudest(frames: number[][]): Promise<number | null>;
  /** White pictures and a loud tone, encoded and not sealed. */
  encode(): Promise<{ pictures: number[][]; sounds: number[][] }>;
}

const bytesOf = (chunk: EncodedVideoChunk | EncodedAudioChunk): number[] => {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return [...bytes];
};

export const plain: Plain = {
  async brightest(frames) {
    let brightest: number | null = null;
    let decoder = make();
    function make() {
      const made = new VideoDecoder({
        output(picture) {
          const canvas = new OffscreenCanvas(picture.displayWidth, picture.displayHeight);
          const drawing = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
          drawing.drawImage(picture, 0, 0);
          const { data } = drawing.getImageData(0, 0, canvas.width, canvas.height);
          brightest = Math.max(
            brightest ?? 0,
            data.reduce((most, value, i) => (i % 4 === 3 ? most : Math.max(most, value)), 0),
          );
          picture.close();
        },
        error() {},
      });
      made.configure({ codec: 'vp8' });
      return made;
    }
    let began = false;
    for (const [i, frame] of frames.entries()) {
      // Lowest bit: it is not a key frame. One has to come first.
      const isKey = ((frame[0] ?? 1) & 1) === 0;
      began ||= isKey;
      if (!began) continue;
      if (decoder.state === 'closed') {
        if (!isKey) continue;
        decoder = make();
      }
      decoder.decode(new EncodedVideoChunk({ type: isKey ? 'key' : 'delta', timestamp: i * 66_000, data: Uint8Array.from(frame) }));
      // Its verdict comes later: what is no picture closes it.
      await new Promise((resolve) => setTimeout(resolve));
    }
    if (decoder.state !== 'closed') await decoder.flush().catch(() => {});
    return brightest;
  },
  async loudest(frames) {
    let loudest: number | null = null;
    let decoder = make();
    function make() {
      const made = new AudioDecoder({
        output(sound) {
          const samples = new Float32Array(sound.numberOfFrames);
          sound.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
          loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), loudest ?? 0);
          sound.close();
        },
        error() {},
      });
      made.configure({ codec: 'opus', sampleRate: 48_000, numberOfChannels: 2 });
      return made;
    }
    for (const [i, frame] of frames.entries()) {
      if (decoder.state === 'closed') decoder = make();
      decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: i * 20_000, data: Uint8Array.from(frame) }));
      await decoder.flush().catch(() => {});
    }
    return loudest;
  },
  async encode() {
    const [pictures, sounds]: [number[][], number[][]] = [[], []];
    const error = () => {};
    const video = new VideoEncoder({ output: (chunk) => pictures.push(bytesOf(chunk)), error });
    video.configure({ codec: 'vp8', width: 64, height: 64 });
    const white = new Uint8Array((64 * 64 * 3) / 2).fill(128).fill(235, 0, 64 * 64);
    const audio = new AudioEncoder({ output: (chunk) => sounds.push(bytesOf(chunk)), error });
    audio.configure({ codec: 'opus', sampleRate: 48_000, numberOfChannels: 1 });
    const tone = Float32Array.from({ length: 960 }, (_, i) => 0.5 * Math.sin(i / 10));
    for (let i = 0; i < 10; i++) {
      const picture = new VideoFrame(white, { format: 'I420', codedWidth: 64, codedHeight: 64, timestamp: i * 40_000 });
      video.encode(picture);
      picture.close();
      const format = { format: 'f32-planar', sampleRate: 48_000, numberOfFrames: 960, numberOfChannels: 1 } as const;
      audio.encode(new AudioData({ ...format, timestamp: i * 20_000, data: tone }));
    }
    await Promise.all([video.flush(), audio.flush()]);
    return { pictures, sounds };
  },
};
