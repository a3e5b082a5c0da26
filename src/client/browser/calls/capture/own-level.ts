import type { Captures } from './captures.ts';

/** Loudness of the own microphone, measured where it is captured. */
export interface OwnLevel {
  /** 0 to 1. Asked for now and then: there is nothing to be told of. */
  now(): number;
}

interface Measuring {
  readonly track: MediaStreamTrack;
  readonly context: AudioContext;
  readonly analyser: AnalyserNode;
  readonly samples: Float32Array<ArrayBuffer>;
}

/** Measures from the first time that it is asked, and no longer than the microphone is open: whoever asked may have gone without a word. */
export function createOwnLevel(captures: Pick<Captures, 'of' | 'on'>): OwnLevel {
  let measuring: Measuring | undefined;

  captures.on(() => {
    if (measuring && measuring.track !== captures.of('microphone')) stop();
  });

  function stop(): void {
    // An idle context keeps the sound card awake.
    void measuring?.context.close().catch(() => {});
    measuring = undefined;
  }

  function begin(track: MediaStreamTrack): Measuring {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    return { track, context, analyser, samples: new Float32Array(analyser.fftSize) };
  }

  return {
    now() {
      const track = captures.of('microphone');
      if (!track) return 0;
      measuring ??= begin(track);
      const { context, analyser, samples } = measuring;
      // Not before the page was clicked at; it is asked again and again, and begins then.
      if (context.state === 'suspended') void context.resume().catch(() => {});
      analyser.getFloatTimeDomainData(samples);
      return Math.min(
        1,
        samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
      );
    },
  };
}
