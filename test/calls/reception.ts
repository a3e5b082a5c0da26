import type { Somebody } from './gathering.ts';

/** How another one was seen and heard for some seconds. */
export interface Reception {
  /** A second. */
  readonly pictures: number;
  /** ms from one picture to the next, at most, also from the beginning and to the end. */
  readonly longest: number;
  /** Samples that were played, those of them that were made up for what did not come, and those of the latter that were silence. */
  readonly samples: number;
  readonly concealed: number;
  readonly silent: number;
  readonly keyFrames: number;
}

/** Measures in the page, for so many seconds: its pictures as they are decoded, its sound as it is played. Both have to run already. */
export const receive = ({ page }: Somebody, { device }: Somebody, seconds: number): Promise<Reception> =>
  page.evaluate(
    async ([of, wanted]) => {
      const { tracks } = window.desk.calls;
      const connection = window.kept.at(-1) as RTCPeerConnection;
      const [face, voice] = [tracks.of(of, 'camera'), tracks.of(of, 'microphone')];
      const read = async () => {
        const reports = [...(await connection.getStats()).values()] as (RTCInboundRtpStreamStats & { silentConcealedSamples?: number })[];
        const report = (track: MediaStreamTrack | null) =>
          reports.find(({ type, trackIdentifier }) => type === 'inbound-rtp' && trackIdentifier === track?.id);
        const [video, audio] = [report(face), report(voice)];
        return {
          decoded: video?.framesDecoded ?? 0,
          keyFrames: video?.keyFramesDecoded ?? 0,
          samples: audio?.totalSamplesReceived ?? 0,
          concealed: audio?.concealedSamples ?? 0,
          silent: audio?.silentConcealedSamples ?? 0,
        };
      };
      const before = await read();
      const began = performance.now();
      let [last, longest] = [began, 0];
      // Reading statistics all the time would take the processor from what they are about.
      const video = Object.assign(document.createElement('video'), { muted: true, srcObject: face && new MediaStream([face]) });
      document.body.prepend(video);
      await video.play();
      const look = () => {
        const now = performance.now();
        [last, longest] = [now, Math.max(longest, now - last)];
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
      await new Promise((resolve) => setTimeout(resolve, wanted * 1000));
      const known = await read();
      const passed = (performance.now() - began) / 1000;
      video.remove();
      return {
        pictures: (known.decoded - before.decoded) / passed,
        longest: Math.max(longest, performance.now() - last),
        samples: known.samples - before.samples,
        concealed: known.concealed - before.concealed,
        silent: known.silent - before.silent,
        keyFrames: known.keyFrames - before.keyFrames,
      };
    },
    [device, seconds] as const,
  );

/** Where a page's packets go: protocol and port of the pair that was chosen. */
export const placeOf = ({ page }: Somebody): Promise<string> =>
  page.evaluate(async () => {
    const stats = await (window.kept.at(-1) as RTCPeerConnection).getStats();
    const reports = [...stats.values()] as { type: string; selectedCandidatePairId?: string }[];
    const pair = stats.get(reports.find(({ type }) => type === 'transport')?.selectedCandidatePairId ?? '');
    const { protocol, port } = stats.get(pair?.remoteCandidateId ?? '') ?? {};
    return `${protocol} ${port}`;
  });

/** How often a page asked for sound that it missed, and how much of its own it sent again because it was asked. */
export const soundRepairsOf = ({ page }: Somebody): Promise<{ asked: number; repeated: number }> =>
  page.evaluate(async () => {
    const reports = [...(await (window.kept.at(-1) as RTCPeerConnection).getStats()).values()] as (RTCInboundRtpStreamStats & {
      retransmittedPacketsSent?: number;
    })[];
    const sumOf = (type: string, name: 'nackCount' | 'retransmittedPacketsSent') =>
      reports.filter((report) => report.type === type && report.kind === 'audio').reduce((sum, report) => sum + (report[name] ?? 0), 0);
    return { asked: sumOf('inbound-rtp', 'nackCount'), repeated: sumOf('outbound-rtp', 'retransmittedPacketsSent') };
  });
