import { type Allocation, createAllocation, type Inbound } from '../streams/index.ts';
import type { Slot } from './downlink.ts';
import type { Layer, Source } from './uplink.ts';

/** Who gets which layer, so that all that goes to one member fits its way. */
export interface Sharing {
  /** @param estimate bits a second that the way to the member carries */
  share(slots: readonly Slot[], estimate: number, now: number): void;
}

/** What has come within so many ms is sent still: an encoder at its slowest makes a picture a second. */
const ALIVE = 2_000;

export function createSharing(): Sharing {
  const allocation: Allocation = createAllocation();
  return {
    share(slots, estimate, now) {
      let sound = 0;
      const pictures: Slot[] = [];
      for (const slot of slots) {
        if (slot.source === undefined || slot.want === undefined) continue;
        if (slot.kind === 'video') pictures.push(slot);
        else sound += slot.source.layers[0]?.inbound?.bitrate(now) ?? 0;
      }
      // What is shown largest matters most.
      pictures.sort((a, b) => (b.want?.height ?? 0) - (a.want?.height ?? 0));
      const wanted = pictures.map(({ source, want }, i) => ({
        key: pictures[i],
        height: want?.height ?? 0,
        layers: (source as Source).layers.map(({ height, inbound }) => ({
          height: height === 0 ? (want?.height ?? 0) : height,
          bitrate: inbound !== undefined && isSent(inbound, now) ? inbound.bitrate(now) : 0,
        })),
      }));
      const chosen = allocation.choose(wanted, { estimate, sound }, now);
      pictures.forEach((slot, i) => {
        slot.level = chosen[i];
        slot.refresh(now);
      });
    },
  };
}

/**
 * What to forward where this layer is to be had. One that its sender does not send yet is waited for on a smaller one that it does, and on a larger
 * one rather than on none.
 */
export function findStream({ layers }: Source, level: number, current: Inbound | undefined, now: number): Inbound | undefined {
  const isAlive = ({ inbound }: Layer) => inbound !== undefined && isSent(inbound, now);
  const best = layers[level]?.inbound;
  const isShown = current !== undefined && isSent(current, now) && layers.some(({ inbound }) => inbound === current);
  // There is a picture meanwhile: the better one comes with its own first key frame.
  if (best !== undefined && (isShown || isSent(best, now))) return best;
  return layers.slice(0, level + 1).findLast(isAlive)?.inbound ?? layers.find(isAlive)?.inbound ?? best;
}

/** What has not come yet was made known by a packet that is about to be taken. */
const isSent = ({ lastArrival }: Inbound, now: number): boolean => lastArrival === -Infinity || now - lastArrival <= ALIVE;
