import type { CallSource } from '../../../../protocol/index.ts';
import { kindOf } from '../frames/messages.ts';
import { cameraEncodings, SCREEN_BITRATE } from './encodings.ts';

/** What is sent of a source, and how much of it. */
export interface Sending {
  /** The track to send from now on; null: nothing of this source. */
  put(source: CallSource, track: MediaStreamTrack | null): Promise<void>;
  /** The most that anybody looks at of a source, in pixels; of sound 0 or not. */
  demand(heights: ReadonlyMap<CallSource, number>): Promise<void>;
  /** While it holds, this source is encoded whether anybody takes it or not. */
  force(source: CallSource, on: boolean): Promise<void>;
}

export function createSending(senders: ReadonlyMap<CallSource, RTCRtpSender>): Sending {
  /** Undefined: nobody said anything yet. */
  let demanded: ReadonlyMap<CallSource, number> | undefined;
  const forced = new Set<CallSource>();
  /** One change of a sender after the other: two at once are refused. */
  const turns = new Map<CallSource, Promise<void>>();

  function inTurn(source: CallSource, act: (sender: RTCRtpSender) => Promise<void>): Promise<void> {
    const sender = senders.get(source) as RTCRtpSender;
    const turn = (turns.get(source) ?? Promise.resolve()).then(() => act(sender));
    turns.set(
      source,
      turn.catch(() => {}),
    );
    return turn;
  }

  async function apply(source: CallSource, sender: RTCRtpSender): Promise<void> {
    const parameters = sender.getParameters();
    const height = forced.has(source) || demanded === undefined ? undefined : (demanded.get(source) ?? 0);
    const { width = 1280, height: high = 720 } = sender.track?.getSettings() ?? {};
    const sizes = cameraEncodings(Math.min(width, high), height);
    for (const [i, encoding] of parameters.encodings.entries()) {
      if (source === 'camera') Object.assign(encoding, sizes[i]);
      else encoding.active = height !== 0;
      if (source === 'screen') encoding.maxBitrate = SCREEN_BITRATE;
    }
    // Faces are to move, letters to be read.
    if (kindOf(source) === 'video') parameters.degradationPreference = source === 'camera' ? 'maintain-framerate' : 'maintain-resolution';
    await sender.setParameters(parameters);
  }

  return {
    put: (source, track) =>
      inTurn(source, async (sender) => {
        await sender.replaceTrack(track);
        if (track) await apply(source, sender);
      }),
    async demand(heights) {
      demanded = heights;
      await Promise.all([...senders.keys()].map((source) => inTurn(source, (sender) => apply(source, sender))));
    },
    async force(source, on) {
      if (on) forced.add(source);
      else forced.delete(source);
      await inTurn(source, (sender) => apply(source, sender));
    },
  };
}
