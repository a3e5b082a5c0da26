import { afterEach, describe, expect, it } from 'vitest';
import type { CallMedia, CallTransport, FrameKeys, MediaCount } from '../../src/client/index.ts';
import { type CallAnswer, type CallOffer, type CallSource, type CallWant, fromHex } from '../../src/protocol/index.ts';
import { callOffer } from '../../src/protocol/frames/calls.ts';
import * as v from 'valibot';

/** Two devices that can come to one call. */
export interface CallPlace {
  readonly ana: CallEnd;
  readonly juan: CallEnd;
  /** Lets packets flow until it holds. Rejects where it does not come about. */
  until(holds: () => boolean): Promise<void>;
  /** Lets packets flow for a while: at least as long as some frames of each source that is on. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

export interface CallEnd {
  /** Its microphone and camera can be had, and nobody is asked. */
  readonly media: CallMedia;
  /** Lower-case hex. */
  readonly device: string;
  /** What the relay does: `call.join` and `call.want`. */
  join(offer: CallOffer): Promise<CallAnswer>;
  want(wants: readonly CallWant[]): void;
}

/** What happened to a transport. */
interface Open {
  readonly transport: CallTransport;
  readonly states: string[];
  readonly counts: MediaCount[];
  /** Frames of a source that came, and those of them that were decoded. */
  sum(device: string, source: CallSource): { readonly frames: number; readonly decoded: number; readonly failed: number };
}

const LEAVES = { ana: 0, juan: 1 } as const;
const keysOf = (who: keyof typeof LEAVES, epoch = 1n, fill = Number(epoch)): FrameKeys => ({
  epoch,
  baseKey: new Uint8Array(16).fill(fill),
  leaf: LEAVES[who],
});

/** What every platform's media do. */
export function callMediaContract(name: string, open: () => Promise<CallPlace>): void {
  describe(`CallMedia: ${name}`, () => {
    const places: CallPlace[] = [];
    const transports: CallTransport[] = [];
    afterEach(async () => {
      for (const transport of transports.splice(0)) transport.close();
      for (const place of places.splice(0)) await place.close();
    });

    async function place(): Promise<CallPlace> {
      const made = await open();
      places.push(made);
      return made;
    }

    async function ready({ media }: CallEnd): Promise<Open> {
      const states: string[] = [];
      const counts: MediaCount[] = [];
      const transport = await media.open({
        onState: (state) => states.push(state),
        onStopped: (source) => states.push(`${source} stopped`),
        onUnsealed: () => states.push('unsealed'),
        onMedia: (news) => counts.push(...news),
      });
      transports.push(transport);
      return {
        transport,
        states,
        counts,
        sum(device, source) {
          const of = counts.filter((one) => one.device === device && one.source === source);
          const total = (what: 'frames' | 'decoded' | 'failed') => of.reduce((sum, one) => sum + one[what], 0);
          return { frames: total('frames'), decoded: total('decoded'), failed: total('failed') };
        },
      };
    }

    /** Both in the call, Juan ready to hear Ana's microphone and to see her camera. `ears`: the keys that he has. */
    async function both(ears: FrameKeys = keysOf('juan')) {
      const at = await place();
      const ana = await ready(at.ana);
      const juan = await ready(at.juan);
      ana.transport.rekey(keysOf('ana'));
      juan.transport.rekey(ears);
      for (const [end, one] of [
        [at.ana, ana],
        [at.juan, juan],
      ] as const)
        await one.transport.connect(await end.join(one.transport.offer));
      assign(at, juan);
      return { at, ana, juan };
    }

    function assign(at: CallPlace, juan: Open, leaf: number = LEAVES.ana): void {
      const slotOf = (kind: 'audio' | 'video') => juan.transport.offer.slots.findIndex((slot) => slot.kind === kind);
      const wanted = [
        { slot: slotOf('audio'), source: 'microphone', height: 0 },
        { slot: slotOf('video'), source: 'camera', height: 360 },
      ] as const;
      juan.transport.assign(wanted.map(({ slot, source }) => ({ slot, source, device: at.ana.device, leaf })));
      at.juan.want(wanted.map((want) => ({ ...want, device: fromHex(at.ana.device) as Uint8Array })));
      // As the relay would tell her.
      const [ana] = transports;
      ana?.demand([
        { source: 'microphone', height: 1 },
        { source: 'camera', height: 360 },
      ]);
    }

    it('says an offer that the wire can carry: what it may ever send, slots of both kinds, nothing twice', async () => {
      const { ana } = await place();
      const offers = [(await ready(ana)).transport.offer, (await ready(ana)).transport.offer] as const;
      for (const offer of offers) {
        expect(v.safeParse(callOffer, offer).success).toBe(true);
        const sources = offer.sends.map(({ source }) => source);
        // Not every machine has a screen to share.
        expect(sources).toEqual(expect.arrayContaining(['microphone', 'camera']));
        expect(new Set(sources).size).toBe(sources.length);
        expect(offer.sends.filter(({ source, layers }) => layers && source !== 'camera' && source !== 'screen')).toEqual([]);
        expect(new Set(offer.slots.map(({ kind }) => kind))).toEqual(new Set(['audio', 'video']));
        const sent = offer.sends.flatMap(({ ssrc, rtx }) => [ssrc, rtx]).filter((one) => one !== undefined);
        const received = offer.slots.flatMap(({ ssrc, rtx }) => [ssrc, rtx]).filter((one) => one !== undefined);
        for (const numbers of [sent, received]) expect(new Set(numbers).size).toBe(numbers.length);
      }
      // Another transport is another one to the media port.
      expect(offers[0].ufrag).not.toBe(offers[1].ufrag);
    });

    it('connects, and says so', async () => {
      const { ana, juan } = await both();
      expect([ana.states, juan.states]).toEqual([['connected'], ['connected']]);
    });

    it('sends nothing before it is told to, then what is turned on, and nothing more when that is off', async () => {
      const { at, ana, juan } = await both();
      await at.pass();
      expect(juan.sum(at.ana.device, 'microphone').decoded).toBe(0);
      expect(juan.sum(at.ana.device, 'camera').decoded).toBe(0);
      await ana.transport.turn('microphone', true);
      await ana.transport.turn('camera', true);
      await at.until(() => juan.sum(at.ana.device, 'microphone').decoded > 0 && juan.sum(at.ana.device, 'camera').decoded > 0);
      await ana.transport.turn('camera', false);
      // What was under way, and counted in the second that ends.
      await at.pass();
      await at.pass();
      const { decoded } = juan.sum(at.ana.device, 'camera');
      const before = juan.sum(at.ana.device, 'microphone').decoded;
      await at.pass();
      expect(juan.sum(at.ana.device, 'camera').decoded).toBe(decoded);
      await at.until(() => juan.sum(at.ana.device, 'microphone').decoded > before);
      await ana.transport.turn('camera', true);
      await at.until(() => juan.sum(at.ana.device, 'camera').decoded > decoded);
      expect([...ana.states, ...juan.states]).not.toContain('unsealed');
    });

    it('opens nothing without the epoch’s key, and says that it came', async () => {
      const { at, ana, juan } = await both(keysOf('juan', 1n, 99));
      await ana.transport.turn('microphone', true);
      await ana.transport.turn('camera', true);
      await at.until(() => juan.sum(at.ana.device, 'microphone').failed > 0 && juan.sum(at.ana.device, 'camera').failed > 0);
      expect(juan.sum(at.ana.device, 'microphone').decoded).toBe(0);
      expect(juan.sum(at.ana.device, 'camera').decoded).toBe(0);
    });

    it('drops frames of anybody but whom a slot is for', async () => {
      const { at, ana, juan } = await both();
      assign(at, juan, 5);
      await ana.transport.turn('microphone', true);
      await at.until(() => juan.sum(at.ana.device, 'microphone').failed > 0);
      expect(juan.sum(at.ana.device, 'microphone').decoded).toBe(0);
    });

    it('goes on in a new epoch, whoever is in it first', async () => {
      const { at, ana, juan } = await both();
      await ana.transport.turn('microphone', true);
      await at.until(() => juan.sum(at.ana.device, 'microphone').decoded > 0);
      const isHeard = async () => {
        const { decoded } = juan.sum(at.ana.device, 'microphone');
        await at.until(() => juan.sum(at.ana.device, 'microphone').decoded > decoded);
      };
      juan.transport.rekey(keysOf('juan', 2n));
      await isHeard();
      ana.transport.rekey(keysOf('ana', 2n));
      await isHeard();
      ana.transport.rekey(keysOf('ana', 3n));
      juan.transport.rekey(keysOf('juan', 3n));
      await isHeard();
    });

    it('is silent after its end, for itself and for the others', async () => {
      const { at, ana, juan } = await both();
      await ana.transport.turn('microphone', true);
      await at.until(() => juan.sum(at.ana.device, 'microphone').decoded > 0);
      ana.transport.close();
      ana.transport.close();
      const told = ana.states.length;
      await at.pass();
      await at.pass();
      const { decoded } = juan.sum(at.ana.device, 'microphone');
      await at.pass();
      expect(juan.sum(at.ana.device, 'microphone').decoded).toBe(decoded);
      expect(ana.states).toHaveLength(told);
    });

    it('does not connect to who did not answer', async () => {
      const at = await place();
      const { transport, states } = await ready(at.ana);
      transport.rekey(keysOf('ana'));
      const answer = await at.ana.join(transport.offer);
      await expect(transport.connect({ ...answer, ufrag: 'somebodyelse', pwd: 'somebodyelsesomebodyelse' })).rejects.toMatchObject({
        code: expect.stringMatching(/^call_(unreachable|refused)$/),
      });
      expect(states).not.toContain('connected');
    });
  });
}
