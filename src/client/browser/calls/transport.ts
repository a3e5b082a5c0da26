import { type CallSource, CodedError } from '../../../protocol/index.ts';
import type { CallTransport, CallTransportEvents } from '../../calls/ports.ts';
import type { TrackBoard } from './board.ts';
import type { Captures } from './capture/captures.ts';
import { type Frames, openFrames } from './frames/frames.ts';
import { kindOf } from './frames/messages.ts';
import { readInflow } from './inflow.ts';
import { createLevels, type Levels } from './levels.ts';
import { createOutflowMeter } from './peer/outflow.ts';
import { openPeer, type Peer, type PeerState } from './peer/peer.ts';
import { createSending } from './peer/sending.ts';
import { createSlotDesk, type SlotDesk } from './slot-desk.ts';
import { createSources, type Sources } from './sources.ts';
import { createSealWatch } from './watch.ts';

export interface BrowserTransport extends CallTransport {
  readonly levels: Levels;
}

interface Ports {
  readonly makeWorker: () => Worker;
  readonly captures: Captures;
  readonly board: TrackBoard;
}

/** ms between two looks at what leaves and what was sealed; every second one is told as `onMedia`. */
const LOOK = 500;

/** @throws CodedError `calls_unsupported` */
export async function openTransport({ makeWorker, captures, board }: Ports, events: CallTransportEvents): Promise<BrowserTransport> {
  let closed = false;
  let unsealed = false;
  // Nobody is in a slot, and nothing is on, before they are there.
  const parts: { slots?: SlotDesk; sources?: Sources } = {};

  function stopUnsealed(): void {
    if (closed || unsealed) return;
    unsealed = true;
    parts.sources?.stop('unsealed');
    events.onUnsealed();
  }

  const frames = openFrames(makeWorker(), { onShows: (slot, turn) => parts.slots?.shows(slot, turn), onBroken: stopUnsealed });
  const peer = await openSealedPeer(frames, (state) => !closed && events.onState(state));
  const { connection } = peer;
  const meter = createOutflowMeter(peer.senders);
  const slots = (parts.slots = createSlotDesk(peer.slots, (slot) => (peer.receivers[slot] as RTCRtpReceiver).track, board));
  const sending = createSending(peer.senders);
  const sources = (parts.sources = createSources({
    captures,
    sending,
    frames,
    left: async (source) => (await meter.read()).get(source) ?? 0,
    onEnded: (source) => events.onStopped(source, new CodedError('source_gone_in_call', { source })),
  }));
  const levels = createLevels(async () => {
    const { levels: bySsrc } = readInflow(await connection.getStats());
    return new Map(
      [...bySsrc].flatMap(([ssrc, level]) => (slots.speakerOf(ssrc) === undefined ? [] : [[slots.speakerOf(ssrc) as string, level]])),
    );
  });

  /** Fails closed: what nobody can tell counts as not sealed. */
  const failClosed = <T>(act: Promise<T>): Promise<T> =>
    act.catch((error: unknown) => {
      if (error instanceof CodedError && error.code === 'call_unsealed') stopUnsealed();
      throw error;
    });

  const watch = createSealWatch();
  let looks = 0;
  /** What is known to be sealed: a worker that is too busy to answer seals nothing either, and then nothing may leave. */
  let sealed: ReadonlyMap<CallSource, number> = new Map();
  async function look(): Promise<void> {
    try {
      const left = await meter.read();
      const counts = await frames.count().catch(() => undefined);
      if (closed) return;
      if (counts)
        sealed = new Map(
          counts.sends.map((send) => [send.source, kindOf(send.source) === 'video' ? send.sealed + send.dropped : send.bytes]),
        );
      if (watch.look({ left, sealed }) !== undefined) stopUnsealed();
      if (++looks % 2 === 0 && counts) events.onMedia(slots.count(counts.slots, readInflow(await connection.getStats()).decoded));
    } catch {
      // Without statistics nobody can tell.
      stopUnsealed();
    }
    if (!closed) timer = setTimeout(() => void look(), LOOK);
  }
  let timer: ReturnType<typeof setTimeout> | undefined;

  let [connected, keyed] = [false, false];
  const begin = () => void (connected && keyed && failClosed(sources.begin()).catch(() => {}));

  return {
    offer: peer.offer,
    levels,
    async connect(answer) {
      await peer.connect(answer);
      connected = true;
      timer = setTimeout(() => void look(), LOOK);
      begin();
    },
    rekey(keys) {
      frames.rekey(keys);
      keyed = true;
      begin();
    },
    assign: (assignments) => frames.assign(slots.assign(assignments)),
    demand(demand) {
      void sending.demand(new Map(demand.map(({ source, height }) => [source, height]))).catch(() => {});
    },
    turn: (source, on) => failClosed(sources.turn(source, on)),
    doubt: peer.doubt,
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      sources.stop('closed');
      slots.clear();
      levels.close();
      peer.close();
      frames.close();
    },
  };
}

async function openSealedPeer(frames: Frames, onState: (state: PeerState) => void): Promise<Peer> {
  let peer: Peer | undefined;
  try {
    peer = await openPeer(frames.worker, onState);
    // A worker that does not start seals nothing.
    await frames.count();
    return peer;
  } catch (error) {
    peer?.close();
    frames.close();
    throw error instanceof CodedError ? error : new CodedError('calls_unsupported', { because: 'Worker' });
  }
}
