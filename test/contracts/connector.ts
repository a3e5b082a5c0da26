import { afterEach, describe, expect, it } from 'vitest';
import type { Connector, Link } from '../../src/client/index.ts';
import { CodedError } from '../../src/protocol/index.ts';
import type { RelayLink, RelaySession } from '../../src/server/index.ts';

/** A way between clients and a relay, as one carrier makes it. */
export interface Way {
  readonly connector: Connector;
  /** SHA-256 of the relay's SubjectPublicKeyInfo. */
  readonly relayKey: Uint8Array;
  /** The relay goes: what is connected is cut off, and nobody answers any more. */
  stop(): Promise<void>;
  /** It is there again, in the same place. */
  start(): Promise<void>;
  destroy(): Promise<void>;
}

/** @param accept takes each new connection, as a relay does */
export type MakeWay = (accept: (link: RelayLink) => RelaySession) => Promise<Way>;

export interface WayTraits {
  /** The client's side knows the TLS connection. */
  readonly tls: boolean;
  readonly kind: RelayLink['kind'];
  readonly address: string;
  /** What an attempt says when nobody answers. */
  readonly absent: string;
}

/** One end of a connection, and what has come out of it. */
interface End {
  /** What came, as one stream. */
  heard(): Buffer;
  /** Resolves when so many bytes have come. */
  hears(bytes: number): Promise<Buffer>;
  /** Resolves when it was told that it is over. */
  readonly over: Promise<void>;
  /** How often it was told. */
  ends(): number;
  /** What came after it was told so. */
  late(): number;
}

function createEnd() {
  const chunks: Uint8Array[] = [];
  const watchers = new Set<() => void>();
  let ends = 0;
  let late = 0;
  let finish = () => {};
  const end: End = {
    heard: () => Buffer.concat(chunks),
    hears: (bytes) =>
      new Promise((resolve) => {
        const look = () => {
          if (end.heard().length < bytes) return;
          watchers.delete(look);
          resolve(end.heard());
        };
        watchers.add(look);
        look();
      }),
    over: new Promise((resolve) => (finish = resolve)),
    ends: () => ends,
    late: () => late,
  };
  return {
    end,
    take(chunk: Uint8Array) {
      if (ends > 0) late += 1;
      chunks.push(chunk.slice());
      for (const watcher of watchers) watcher();
    },
    finish() {
      ends += 1;
      finish();
    },
  };
}

const pattern = (size: number, seed = 1) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 7 + (i >> 8)) & 255);

/**
 * What every carrier between a client and the relay does: the port Connector (src/client/ports.ts) at one end, and RelayLink
 * (src/server/link.ts) at the other.
 */
export function connectorContract(name: string, make: MakeWay, traits: WayTraits): void {
  describe(`Connector and RelayLink: ${name}`, () => {
    let way: Way | undefined;
    const links: Link[] = [];
    const waiting: Array<{ link: RelayLink; end: End }> = [];
    const arrivals: Array<(far: { link: RelayLink; end: End }) => void> = [];

    afterEach(async () => {
      for (const link of links.splice(0)) link.close();
      await way?.destroy();
      way = undefined;
      waiting.length = 0;
    });

    async function open(): Promise<Way> {
      way = await make((link) => {
        const { end, take, finish } = createEnd();
        const arrival = arrivals.shift();
        if (arrival) arrival({ link, end });
        else waiting.push({ link, end });
        return { receive: take, closed: finish };
      });
      return way;
    }

    const arrived = () =>
      new Promise<{ link: RelayLink; end: End }>((resolve) => {
        const there = waiting.shift();
        if (there) resolve(there);
        else arrivals.push(resolve);
      });

    async function connect({ connector }: Way) {
      const { end, take, finish } = createEnd();
      const codes: string[] = [];
      const abort = new AbortController();
      const onClose = (code: string) => {
        codes.push(code);
        finish();
      };
      const link = await connector.connect({ onRun: take, onClose }, abort.signal);
      links.push(link);
      return { near: { link, end, codes, abort }, far: await arrived() };
    }

    async function attempt({ connector }: Way, signal = new AbortController().signal): Promise<unknown> {
      const silent = { onRun: () => {}, onClose: () => expect.unreachable('an attempt that fails has nothing to close') };
      return connector.connect(silent, signal).then(
        () => 'connected',
        (error: unknown) => error,
      );
    }

    /** Both directions work. */
    async function expectAlive(near: { link: Link; end: End }, far: { link: RelayLink; end: End }): Promise<void> {
      const before = [near.end.heard().length, far.end.heard().length] as const;
      near.link.send(pattern(3));
      await far.end.hears(before[1] + 3);
      far.link.write(pattern(5));
      await near.end.hears(before[0] + 5);
    }

    it('carries bytes both ways', async () => {
      const { near, far } = await connect(await open());
      near.link.send(Uint8Array.of(1, 2, 3));
      expect([...(await far.end.hears(3))]).toEqual([1, 2, 3]);
      far.link.write(Uint8Array.of(4, 5));
      expect([...(await near.end.hears(2))]).toEqual([4, 5]);
    });

    it('keeps the order of what is sent, in one turn or in many, and its bytes', async () => {
      const { near, far } = await connect(await open());
      const sizes = [1, 500, 70_000, 2, 524_292, 13, 200_000, 1];
      const parts = sizes.map((size, seed) => pattern(size, seed));
      for (const [i, part] of parts.entries()) {
        near.link.send(part);
        far.link.write(part);
        if (i % 3 === 0) await new Promise<void>((resolve) => void setImmediate(resolve));
      }
      const whole = Buffer.concat(parts);
      expect((await far.end.hears(whole.length)).equals(whole)).toBe(true);
      expect((await near.end.hears(whole.length)).equals(whole)).toBe(true);
    });

    it('sends a view without what surrounds it, and leaves it as it was', async () => {
      const { near, far } = await connect(await open());
      const around = pattern(1_000);
      const view = around.subarray(100, 110);
      near.link.send(view);
      far.link.write(view);
      expect([...(await far.end.hears(10))]).toEqual([...view]);
      expect([...(await near.end.hears(10))]).toEqual([...view]);
      expect([...around]).toEqual([...pattern(1_000)]);
    });

    it('hands bytes over as a Uint8Array', async () => {
      const place = await open();
      const kinds: unknown[] = [];
      const heard = new Promise<void>((resolve) => {
        void place.connector.connect(
          { onRun: (run) => resolve(void kinds.push(run instanceof Uint8Array)), onClose: () => {} },
          new AbortController().signal,
        );
      });
      (await arrived()).link.write(Uint8Array.of(1));
      await heard;
      expect(kinds).toEqual([true]);
    });

    it('keeps two connections apart', async () => {
      const place = await open();
      const [one, two] = [await connect(place), await connect(place)];
      one.near.link.send(pattern(100, 1));
      two.near.link.send(pattern(50, 2));
      two.far.link.write(pattern(20, 3));
      expect((await one.far.end.hears(100)).equals(pattern(100, 1))).toBe(true);
      expect((await two.far.end.hears(50)).equals(pattern(50, 2))).toBe(true);
      expect((await two.near.end.hears(20)).equals(pattern(20, 3))).toBe(true);
      one.near.link.close();
      await one.far.end.over;
      await expectAlive(two.near, two.far);
      expect(one.near.end.heard()).toHaveLength(0);
    });

    it('says who is there', async () => {
      const place = await open();
      const { near, far } = await connect(place);
      expect([far.link.kind, far.link.address]).toEqual([traits.kind, traits.address]);
      if (!traits.tls) {
        expect([near.link.tls, far.link.exporter.length]).toEqual([undefined, 0]);
        return;
      }
      expect(near.link.tls?.relay).toEqual(place.relayKey);
      expect(near.link.tls?.exporter).toEqual(far.link.exporter);
      expect(far.link.exporter).toHaveLength(32);
    });

    it('counts what was handed over and is not sent, at both ends, and comes back to nothing', async () => {
      const { near, far } = await connect(await open());
      await expectAlive(near, far);
      await expect.poll(() => [near.link.queued, far.link.queued]).toEqual([0, 0]);
      // The system may take some of it at once; nobody reads in the meantime.
      const part = pattern(250_000);
      let sent = 3;
      let written = 5;
      for (; near.link.queued < 300_000 && sent < 50_000_000; sent += part.length) near.link.send(part);
      for (; far.link.queued < 300_000 && written < 50_000_000; written += part.length) far.link.write(part);
      expect([near.link.queued >= 300_000, far.link.queued >= 300_000]).toEqual([true, true]);
      await Promise.all([far.end.hears(sent), near.end.hears(written)]);
      await expect.poll(() => [near.link.queued, far.link.queued]).toEqual([0, 0]);
    });

    it('does not read a peer while it is paused, and loses nothing by it', async () => {
      const place = await open();
      const { near, far } = await connect(place);
      await expectAlive(near, far);
      far.link.pause();
      const parts = Array.from({ length: 20 }, (_, i) => pattern(10_000, i));
      for (const part of parts) near.link.send(part);
      // Others are read meanwhile.
      const other = await connect(place);
      await expectAlive(other.near, other.far);
      expect(far.end.heard()).toHaveLength(3);
      far.link.write(pattern(7));
      await near.end.hears(12);
      far.link.resume();
      const whole = Buffer.concat([pattern(3), ...parts]);
      expect((await far.end.hears(whole.length)).equals(whole)).toBe(true);
      await expectAlive(near, far);
    });

    it('tells the relay once when the client closes, and the client nothing more', async () => {
      const place = await open();
      const { near, far } = await connect(place);
      await expectAlive(near, far);
      near.link.close();
      near.link.close();
      near.link.send(Uint8Array.of(9));
      far.link.write(pattern(5));
      await far.end.over;
      far.link.write(pattern(5));
      far.link.close();
      const other = await connect(place);
      await expectAlive(other.near, other.far);
      expect([far.end.ends(), far.end.late()]).toEqual([1, 0]);
      expect([near.codes, near.end.heard().length]).toEqual([[], 5]);
    });

    it('brings the client what the relay wrote before it closed, then says so once, with a reason', async () => {
      const place = await open();
      const { near, far } = await connect(place);
      far.link.write(pattern(100_000, 1));
      far.link.write(pattern(10, 2));
      far.link.close();
      far.link.close();
      far.link.write(Uint8Array.of(9));
      await near.end.over;
      expect(near.end.heard().equals(Buffer.concat([pattern(100_000, 1), pattern(10, 2)]))).toBe(true);
      near.link.send(Uint8Array.of(9));
      near.link.close();
      await far.end.over;
      expect([near.codes, near.end.late(), far.end.ends()]).toEqual([[expect.stringMatching(/^[a-z_]+$/)], 0, 1]);
    });

    it('tells both when the relay goes, and connects again when it is back', async () => {
      const place = await open();
      const { near, far } = await connect(place);
      await expectAlive(near, far);
      await place.stop();
      await Promise.all([near.end.over, far.end.over]);
      expect([near.codes.length, near.end.ends(), far.end.ends()]).toEqual([1, 1, 1]);
      expect(await attempt(place)).toMatchObject({ code: traits.absent });
      expect(await attempt(place)).toBeInstanceOf(CodedError);
      await place.start();
      const again = await connect(place);
      await expectAlive(again.near, again.far);
      expect(near.end.ends()).toBe(1);
    });

    it('does not connect when that was called off before', async () => {
      const place = await open();
      const abort = new AbortController();
      abort.abort();
      expect(await attempt(place, abort.signal)).toBeInstanceOf(CodedError);
      const { near, far } = await connect(place);
      await expectAlive(near, far);
      expect(waiting).toEqual([]);
    });

    it('gives up an attempt that is called off on the way', async () => {
      const place = await open();
      const abort = new AbortController();
      const attempted = attempt(place, abort.signal);
      abort.abort();
      expect(await attempted).toBeInstanceOf(CodedError);
      // One that the relay saw come it also sees go.
      for (const { end } of waiting.splice(0)) await end.over;
      const { near, far } = await connect(place);
      await expectAlive(near, far);
    });

    it('ends a connection that is called off later', async () => {
      const { near, far } = await connect(await open());
      await expectAlive(near, far);
      near.abort.abort();
      await far.end.over;
      near.link.send(Uint8Array.of(9));
      expect([far.end.ends(), far.end.late()]).toEqual([1, 0]);
      expect(near.codes.length).toBeLessThanOrEqual(1);
    });
  });
}
