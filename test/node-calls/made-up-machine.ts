import type { CallMachine, Capture, CaptureEvents } from '../../src/client/node/calls/media-ports.ts';

/** A machine whose camera and microphone give bytes that say which they are, and whose eyes and ears remember them. */
export interface MadeUpMachine extends CallMachine {
  /** What came, by `device source`: the numbers of the frames in order, undefined for sound that was lost. */
  readonly got: Map<string, (number | undefined)[]>;
  readonly keysAsked: string[];
  readonly running: Map<string, CaptureEvents>;
  /** Gives the next frame of a source that is on. */
  give(source: 'camera' | 'microphone', number: number, isKey?: boolean): void;
}

export function createMadeUpMachine(): MadeUpMachine {
  const [got, keysAsked, running]: [MadeUpMachine['got'], string[], MadeUpMachine['running']] = [new Map(), [], new Map()];
  return {
    got,
    keysAsked,
    running,
    give(source, number, isKey = false) {
      const frame = Buffer.alloc(source === 'camera' ? 3_000 : 80, number);
      // The lowest bit of a VP8 frame says that it is no key frame.
      frame[0] = isKey ? 0 : 1;
      frame.writeUInt16BE(number, 1);
      running.get(source)?.onFrame(frame, isKey);
    },
    async capture(source, events): Promise<Capture> {
      running.set(source, events);
      return {
        requestKey: () => void keysAsked.push(source),
        want() {},
        lessen() {},
        close: async () => void running.delete(source),
      };
    },
    decode(device, source, events) {
      const key = `${device} ${source}`;
      return {
        take(frame) {
          got.set(key, [...(got.get(key) ?? []), frame && Buffer.from(frame).readUInt16BE(1)]);
          if (frame !== undefined) events.onDecoded();
        },
        close() {},
      };
    },
  };
}
