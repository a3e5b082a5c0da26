import type { CallTracks } from '../../../../src/client/browser/calls/contract.ts';
import type { CallSource } from '../../../../src/protocol/index.ts';

/** What somebody at this page sees and hears. */
export interface Eyes {
  /** Colour in the middle of a member's picture; null where nothing is to be seen. */
  colour(device: string, source: CallSource): Promise<readonly [number, number, number] | null>;
  size(device: string, source: CallSource): Promise<string | null>;
  /** The loudest frequency of a member's sound, in Hz, and how loud, in dB. */
  tone(device: string, source?: CallSource): Promise<readonly [hertz: number, loudness: number] | null>;
}

export function createEyes(tracks: CallTracks): Eyes {
  const videos = new Map<MediaStreamTrack, HTMLVideoElement>();
  const ears = new Map<MediaStreamTrack, AnalyserNode>();
  let context: AudioContext | undefined;

  const of = (device: string, source: CallSource) => (device === 'own' ? tracks.own(source) : tracks.of(device, source));

  async function watch(track: MediaStreamTrack): Promise<HTMLVideoElement> {
    const known = videos.get(track);
    if (known) return known;
    const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
    document.body.append(video);
    videos.set(track, video);
    void video.play();
    return video;
  }

  return {
    async colour(device, source) {
      const track = of(device, source);
      if (!track) return null;
      const video = await watch(track);
      if (video.videoWidth === 0) return null;
      const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 9 });
      const drawing = canvas.getContext('2d') as CanvasRenderingContext2D;
      drawing.drawImage(video, 0, 0, 16, 9);
      const [red = 0, green = 0, blue = 0] = drawing.getImageData(8, 2, 1, 1).data;
      return [red, green, blue];
    },
    async size(device, source) {
      const track = of(device, source);
      if (!track) return null;
      const video = await watch(track);
      return `${video.videoWidth}x${video.videoHeight}`;
    },
    async tone(device, source = 'microphone') {
      const track = of(device, source);
      if (!track) return null;
      context ??= new AudioContext();
      let ear = ears.get(track);
      if (!ear) {
        // Without an element that plays it, Chromium decodes nothing of a track of others.
        const stream = new MediaStream([track]);
        const audio = Object.assign(document.createElement('audio'), { srcObject: stream });
        void audio.play();
        ear = context.createAnalyser();
        ear.fftSize = 4096;
        ear.smoothingTimeConstant = 0;
        context.createMediaStreamSource(stream).connect(ear);
        ears.set(track, ear);
      }
      const bins = new Float32Array(ear.frequencyBinCount);
      ear.getFloatFrequencyData(bins);
      const best = bins.reduce((most, value, i) => (value > (bins[most] ?? -Infinity) ? i : most), 0);
      return [Math.round((best * context.sampleRate) / ear.fftSize), Math.round(bins[best] ?? -Infinity)];
    },
  };
}
