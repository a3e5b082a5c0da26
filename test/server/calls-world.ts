import type { CallOffer, RelayFrame } from '../../src/protocol/index.ts';
import type { RelayLimits } from '../../src/server/index.ts';
import { createWorld, type Peer, ROOM, settle, type World } from './world.ts';

/** An offer of one picture and one sound, with slots for both; another `seed` is another transport. */
export function offerOf(seed = 1, more: Partial<CallOffer> = {}): CallOffer {
  return {
    ufrag: `ufrag${seed}`,
    fingerprint: new Uint8Array(32).fill(seed),
    payloads: { opus: 111, vp8: 96, rtx: 97 },
    extensions: { mid: 1, rid: 2, repairedRid: 3, transportCc: 4 },
    sends: [
      { source: 'microphone', mid: '0', ssrc: 1000 },
      {
        source: 'camera',
        mid: '1',
        layers: [
          { rid: 'q', height: 180 },
          { rid: 'h', height: 360 },
        ],
      },
    ],
    slots: [
      { kind: 'audio', ssrc: 2000 },
      { kind: 'video', ssrc: 2001, rtx: 2002 },
      { kind: 'video', ssrc: 2003, rtx: 2004 },
    ],
    ...more,
  };
}

let q = 1_000;

/** Joins the room's call, or tries to. */
export const joinCall = (peer: Peer, offer: CallOffer = offerOf(), room: Uint8Array = ROOM): Promise<RelayFrame | undefined> =>
  peer.ask({ t: 'call.join', q: (q += 1), room, offer });

/** A room of so many, all of them following it. */
export async function createRoomOf(count: number, limits: Partial<RelayLimits> = {}): Promise<World & { readonly peers: Peer[] }> {
  const world = await createWorld({ limits });
  const founder = await world.openRoom();
  const peers = [founder];
  for (let i = 1; i < count; i++) {
    const peer = await world.join();
    await founder.admit(peer.device, i - 1);
    await peer.follow();
    peers.push(peer);
  }
  await settle();
  return { ...world, peers };
}

export const membersOf = (peer: Peer): string[] | undefined =>
  peer.last('call.members')?.members.map((device) => Buffer.from(device).toString('hex'));
