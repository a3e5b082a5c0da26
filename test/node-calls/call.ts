import { startMediaServer } from '../../src/server/media/process/media-server.ts';
import type { CallMedia, CallTransport, CallTransportEvents, MediaCount, SlotAssignment } from '../../src/client/calls/ports.ts';
import type { CallAnswer, CallDemand, CallOffer, CallSource } from '../../src/protocol/index.ts';

export const CALL = 'aa';

/** A media port, and devices that are told by the test what the relay and the engine would tell them. */
export interface TestCall {
  readonly port: number;
  join(media: CallMedia, leaf: number): Promise<TestMember>;
  /** What the media port says to somebody who does not come. */
  answer(offer: CallOffer): Promise<CallAnswer>;
  stop(): Promise<void>;
}

export interface TestMember {
  readonly device: string;
  readonly leaf: number;
  readonly transport: CallTransport;
  readonly states: string[];
  readonly stopped: { readonly source: CallSource; readonly code: string }[];
  /** Everything that was counted, summed up by `device source`. */
  readonly counts: Map<string, { frames: number; decoded: number; failed: number }>;
  /** Takes these sources of others into the first slots of their kinds. */
  take(...from: readonly (readonly [TestMember, CallSource])[]): void;
}

export async function startCall(): Promise<TestCall> {
  const demandsTo = new Map<string, (demand: readonly CallDemand[]) => void>();
  const server = await startMediaServer(
    { requested: 0, preferred: 9020 },
    {},
    { onEnded() {}, onDemand: (_, member, demand) => demandsTo.get(member)?.(demand) },
  );
  const members: TestMember[] = [];
  let stopped: Promise<void> | undefined;
  return {
    port: server.port,
    answer: (offer) => server.sfu.join(CALL, 'ff', offer),
    async join(media, leaf) {
      const device = `${leaf}`.padStart(64, '0');
      const [states, stopped]: [string[], { source: CallSource; code: string }[]] = [[], []];
      const counts: TestMember['counts'] = new Map();
      const events: CallTransportEvents = {
        onState: (state) => void states.push(state),
        onStopped: (source, { code }) => void stopped.push({ source, code }),
        onUnsealed: () => void states.push('unsealed'),
        onMedia: (all) => {
          for (const count of all) sum(counts, count);
        },
      };
      const transport = await media.open(events);
      demandsTo.set(device, (demand) => transport.demand(demand));
      const answer = await server.sfu.join(CALL, device, transport.offer);
      await transport.connect(answer);
      const member: TestMember = {
        device,
        leaf,
        transport,
        states,
        stopped,
        counts,
        take(...from) {
          const free = { audio: 0, video: 0 };
          const slots = from.map(([other, source]): SlotAssignment => {
            const kind = source === 'camera' || source === 'screen' ? 'video' : 'audio';
            const ofKind = transport.offer.slots.flatMap((slot, i) => (slot.kind === kind ? [i] : []));
            return { slot: ofKind[free[kind]++] as number, device: other.device, leaf: other.leaf, source };
          });
          transport.assign(slots);
          const wants = slots.map(({ slot, device, source }) => ({ slot, device: Buffer.from(device, 'hex'), source, height: 180 }));
          server.sfu.want(CALL, member.device, wants);
        },
      };
      members.push(member);
      return member;
    },
    stop() {
      for (const { transport } of members) transport.close();
      return (stopped ??= server.stop());
    },
  };
}

function sum(counts: TestMember['counts'], { device, source, frames, decoded, failed }: MediaCount): void {
  const key = `${device} ${source}`;
  const before = counts.get(key) ?? { frames: 0, decoded: 0, failed: 0 };
  counts.set(key, { frames: before.frames + frames, decoded: before.decoded + decoded, failed: before.failed + failed });
}
