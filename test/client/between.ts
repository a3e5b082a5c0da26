import type { Connector, Link } from '../../src/client/index.ts';
import {
  type ClientFrame,
  createFrameSplitter,
  decodeClientFrame,
  decodeRelayFrame,
  encodeFrame,
  type RelayFrame,
} from '../../src/protocol/index.ts';
import type { World } from '../sim/world.ts';

/** A relay that does as it likes, between the network and one person. */
export interface Between {
  /** What the person's program sent, in order. */
  readonly sent: readonly ClientFrame[];
  /** What it is shown instead of a frame of the honest relay. */
  alter: (frame: RelayFrame) => RelayFrame;
  /** Shows it a frame that the honest relay never sent. */
  show(frame: RelayFrame): void;
}

/** To be called before the person is started. */
export function standBetween(world: World, victim: string): Between {
  const sent: ClientFrame[] = [];
  const between: Between = { sent, alter: (frame) => frame, show: () => {} };
  const honest = world.network.connectorFor;
  world.network.connectorFor = (name): Connector => {
    const connector = honest(name);
    if (name !== victim) return connector;
    return {
      async connect(events, signal) {
        const received = createFrameSplitter();
        between.show = (frame) => events.onRun(encodeFrame(frame));
        const onRun = (run: Uint8Array) => received.push(run, (body) => between.show(between.alter(decodeRelayFrame(body))));
        return overhear(await connector.connect({ ...events, onRun }, signal), sent);
      },
    };
  };
  return between;
}

function overhear(link: Link, sent: ClientFrame[]): Link {
  const splitter = createFrameSplitter();
  return {
    ...link,
    get queued() {
      return link.queued;
    },
    send(run) {
      splitter.push(run, (body) => sent.push(decodeClientFrame(body)));
      link.send(run);
    },
  };
}
