/** Loudness of the own microphone, measured where it is captured. */
export interface OwnLevel {
  /** 0 to 1, of the track now. */
  of(track: MediaStreamTrack | null): number;
}

export function createOwnLevel(): OwnLevel {
  let context: AudioContext | undefined;
  let measured:
    | { readonly track: MediaStreamTrack; readonly source: MediaStreamAudioSourceNode; readonly analyser: AnalyserNode }
    | undefined;
  let samples = new Float32Array(0);

  function measure(track: MediaStreamTrack | null): AnalyserNode | undefined {
    if (measured?.track === track) return measured?.analyser;
    measured?.source.disconnect();
    measured = undefined;
    if (!track) {
      // An idle context keeps the sound card awake.
      void context?.close();
      context = undefined;
      return undefined;
    }
    context ??= new AudioContext();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    source.connect(analyser);
    samples = new Float32Array(analyser.fftSize);
    measured = { track, source, analyser };
    return analyser;
  }

  return {
    of(track) {
      const analyser = measure(track);
      if (!analyser) return 0;
      // Not before the page was clicked at; it is asked again and again, and begins then.
      if (context?.state === 'suspended') void context.resume().catch(() => {});
      analyser.getFloatTimeDomainData(samples);
      return Math.min(
        1,
        samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
      );
    },
  };
}
