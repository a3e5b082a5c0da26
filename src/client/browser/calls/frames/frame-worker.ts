/**
 * Runs in a worker: here alone frames are sealed on their way from the encoder and opened on their way to the decoder. What it cannot seal or open
 * goes no further.
 */
import { createFrameKeyRing } from './keys.ts';
import { createFrameSender, type EncodedFrame, type FrameSender } from './frame-sender.ts';
import type { FrameAssignment, FrameRole, FromFrames, ToFrames } from './messages.ts';
import { createSlotReceiver, type SlotReceiver } from './slot-receiver.ts';

/** The worker's end of RTCRtpScriptTransform, of which the page's types know nothing. */
interface Transformer {
  readonly options: FrameRole;
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  /** Of a receiver; not every browser has it yet. */
  sendKeyFrameRequest?: () => Promise<void>;
}

/** Frames of one slot that may wait to be opened; beyond it the newest is dropped. */
const WAITING = 150;
/** ms between two requests for a key frame: one takes that long to come. Who can open none of them asks less and less. */
const ASK_AGAIN = { first: 500, last: 8000 } as const;

const keys = createFrameKeyRing();
const start = crypto.getRandomValues(new Uint32Array(1))[0] as number;
const senders: FrameSender[] = [];
const slots = new Map<number, SlotReceiver>();
let assigned = new Map<number, FrameAssignment>();

const tell = (message: FromFrames) => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<ToFrames>) => {
  if (data.t === 'rekey') keys.rekey(data);
  else if (data.t === 'assign') {
    assigned = new Map(data.slots.map((assignment) => [assignment.slot, assignment]));
    for (const [slot, receiver] of slots) receiver.assign(assigned.get(slot));
  } else {
    const counted = [...slots.values()].flatMap((receiver) => receiver.count() ?? []);
    tell({ t: 'counts', q: data.q, sends: senders.map((sender) => sender.count()), slots: counted });
  }
});

addEventListener('rtctransform', (event) => {
  const { transformer } = event as Event & { readonly transformer: Transformer };
  const { options } = transformer;
  // A transform that breaks lets nothing through, and the page sees that its frames are not counted.
  if ('send' in options) pipeOut(transformer, options.send);
  else void pipeIn(transformer, options).catch(() => {});
});

function pipeOut({ readable, writable }: Transformer, source: Parameters<typeof createFrameSender>[1]): void {
  const sender = createFrameSender(keys, source, start);
  senders.push(sender);
  const sealing = new TransformStream<EncodedFrame, EncodedFrame>({
    async transform(frame, out) {
      if (await sender.seal(frame)) out.enqueue(frame);
    },
  });
  void readable
    .pipeThrough(sealing)
    .pipeTo(writable)
    .catch(() => {});
}

/** Taken as they come, so that each has its time of arrival, and opened one after the other. */
async function pipeIn(transformer: Transformer, { slot, kind }: Extract<FrameRole, { slot: number }>): Promise<void> {
  const receiver = createSlotReceiver(
    { keys, now: () => performance.now(), onShows: ({ turn }) => tell({ t: 'shows', slot, turn }) },
    kind,
  );
  slots.set(slot, receiver);
  receiver.assign(assigned.get(slot));
  const [reader, writer] = [transformer.readable.getReader(), transformer.writable.getWriter()];
  let asked = -Infinity;
  let pause: number = ASK_AGAIN.first;
  /** The decoder does not miss a frame that it never heard of, and would show a still picture for seconds. */
  const askForKeyFrame = () => {
    if (kind !== 'video' || performance.now() - asked < pause || !receiver.count()) return;
    asked = performance.now();
    pause = Math.min(ASK_AGAIN.last, pause * 2);
    void transformer.sendKeyFrameRequest?.().catch(() => {});
  };
  let last = Promise.resolve();
  let waiting = 0;
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) return;
    if (waiting >= WAITING) {
      askForKeyFrame();
      continue;
    }
    waiting++;
    const arrived = performance.now();
    last = last.then(async () => {
      try {
        if (await receiver.open(frame, arrived)) {
          pause = ASK_AGAIN.first;
          await writer.write(frame);
        } else askForKeyFrame();
      } catch {
        // The decoder is gone, and the call with it.
      } finally {
        waiting--;
      }
    });
  }
}

tell({ t: 'ready' });
