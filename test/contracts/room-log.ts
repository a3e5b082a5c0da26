import { afterEach, describe, expect, it } from 'vitest';
import { fromHex } from '../../src/protocol/index.ts';
import type { NewEntry, RoomLog, RoomWrite } from '../../src/server/index.ts';

/** One place that can be opened again and again, as after a restart. */
export interface LogPlace {
  open(): Promise<{ readonly log: RoomLog; close(): Promise<void> }>;
  destroy(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const roomOf = (digit: number) => fromHex(String(digit).repeat(32)) as Uint8Array;
const device = (digit: number) => new Uint8Array(32).fill(digit);
const id = (n: number) => new Uint8Array(16).fill(n);
const entry = (seq: number, text = `entry ${seq}`): NewEntry => ({ seq, device: device(1), id: id(seq), bytes: bytes(text) });
const first = (room: Uint8Array, ...entries: NewEntry[]): RoomWrite => ({ room, entries, record: bytes('record') });
const everything = { until: Number.MAX_SAFE_INTEGER - 1, entries: 1000, bytes: 1e9 };
const plain = (list: ReadonlyArray<Uint8Array>) => list.map((value) => new TextDecoder().decode(value));

/** What every engine behind the RoomLog port does. */
export function roomLogContract(name: string, create: () => Promise<LogPlace>): void {
  describe(`RoomLog: ${name}`, () => {
    let place: LogPlace | undefined;
    let close = async (): Promise<void> => {};

    async function open(): Promise<RoomLog> {
      place ??= await create();
      await close();
      const opened = await place.open();
      close = opened.close;
      return opened.log;
    }

    afterEach(async () => {
      await close();
      await place?.destroy();
      close = async () => {};
      place = undefined;
    });

    it('begins empty', async () => {
      const opened = await open();
      expect(await opened.rooms()).toEqual([]);
      expect(await opened.read(roomOf(1), 0, everything)).toEqual([]);
      expect(await opened.info(roomOf(1))).toBeUndefined();
    });

    it('gives back what was written, after a restart as well', async () => {
      let opened = await open();
      await opened.write([{ ...first(roomOf(1), entry(1), entry(2)), info: bytes('info') }, first(roomOf(2))]);
      for (let restart = 0; restart < 2; restart++) {
        const rooms = await opened.rooms();
        expect(rooms.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual([0, 2]);
        const one = rooms.find(({ seq }) => seq === 2);
        expect(Buffer.from(one?.room as Uint8Array).equals(Buffer.from(roomOf(1)))).toBe(true);
        expect(plain([one?.record as Uint8Array, one?.last as Uint8Array])).toEqual(['record', 'entry 2']);
        expect(rooms.find(({ seq }) => seq === 0)?.last).toBeUndefined();
        expect(plain(await opened.read(roomOf(1), 0, everything))).toEqual(['entry 1', 'entry 2']);
        expect(plain([(await opened.info(roomOf(1))) as Uint8Array])).toEqual(['info']);
        opened = await open();
      }
    });

    it('keeps what it was given, whatever becomes of the buffer it was in', async () => {
      const opened = await open();
      // A slice of a Buffer shares its memory.
      const buffer = Buffer.from('what was written');
      await opened.write([{ ...first(roomOf(1), { ...entry(1), bytes: buffer }), record: buffer, info: buffer }]);
      buffer.fill(0);
      const { record, last } = (await opened.rooms())[0] as { record: Uint8Array; last: Uint8Array };
      expect(plain([record, last, (await opened.info(roomOf(1))) as Uint8Array])).toEqual(Array(3).fill('what was written'));
    });

    it('reads pages bounded by number, count and bytes, and never an empty one without reason', async () => {
      const opened = await open();
      await opened.write([
        first(roomOf(1), ...Array.from({ length: 12 }, (_, i) => entry(i + 1, 'x'.repeat(100)))),
        first(roomOf(2), entry(1, 'other')),
      ]);
      const count = async (after: number, bounds: Partial<typeof everything>) =>
        (await opened.read(roomOf(1), after, { ...everything, ...bounds })).length;
      expect(await count(0, {})).toBe(12);
      expect(await count(9, {})).toBe(3);
      expect(await count(12, {})).toBe(0);
      expect(await count(99, {})).toBe(0);
      expect(await count(0, { until: 5 })).toBe(5);
      expect(await count(3, { until: 5 })).toBe(2);
      expect(await count(0, { entries: 4 })).toBe(4);
      expect(await count(0, { bytes: 250 })).toBe(2);
      expect(await count(0, { bytes: 1 })).toBe(1);
    });

    it('keeps the order of numbers past ten, a hundred and a byte', async () => {
      const opened = await open();
      const all = Array.from({ length: 300 }, (_, i) => entry(i + 1));
      await opened.write([
        first(
          roomOf(1),
          ...all.map((one, i) => ({ ...one, id: Uint8Array.from({ length: 16 }, (_, at) => (at === 0 ? i >> 8 : i & 255)) })),
        ),
      ]);
      expect(plain(await opened.read(roomOf(1), 0, everything))).toEqual(all.map(({ seq }) => `entry ${seq}`));
    });

    it('locates what was stored by room, device and id', async () => {
      const opened = await open();
      await opened.write([first(roomOf(1), entry(1), entry(2)), first(roomOf(2), { ...entry(1), id: id(9) })]);
      const key = (room: number, who: number, what: number) => ({ room: roomOf(room), device: device(who), id: id(what) });
      expect(await opened.locate([key(1, 1, 2), key(1, 1, 1), key(1, 2, 1), key(2, 1, 1), key(2, 1, 9), key(3, 1, 1)])).toEqual([
        2,
        1,
        undefined,
        undefined,
        1,
        undefined,
      ]);
      expect(await opened.locate([])).toEqual([]);
    });

    it('replaces and drops the record and the info, and keeps them where nothing is said', async () => {
      const opened = await open();
      await opened.write([{ ...first(roomOf(1)), info: bytes('one') }]);
      await opened.write([{ room: roomOf(1), entries: [entry(1)] }]);
      expect(plain([(await opened.info(roomOf(1))) as Uint8Array])).toEqual(['one']);
      await opened.write([{ room: roomOf(1), entries: [], record: bytes('new'), info: bytes('two') }]);
      expect(plain([(await opened.info(roomOf(1))) as Uint8Array, (await opened.rooms())[0]?.record as Uint8Array])).toEqual([
        'two',
        'new',
      ]);
      await opened.write([{ room: roomOf(1), entries: [], info: null }]);
      expect(await opened.info(roomOf(1))).toBeUndefined();
    });

    it.each([
      ['a number too high', [{ room: roomOf(1), entries: [entry(3)] }]],
      ['a number that is taken', [{ room: roomOf(1), entries: [entry(1)] }]],
      ['a hole inside', [{ room: roomOf(1), entries: [entry(2), entry(4)] }]],
      ['a room without a record', [{ room: roomOf(3), entries: [entry(1)] }]],
    ])('refuses %s with conflict, and writes nothing of it', async (_, writes) => {
      const opened = await open();
      await opened.write([first(roomOf(1), entry(1))]);
      const good: RoomWrite = { room: roomOf(2), entries: [entry(1)], record: bytes('good') };
      await expect(opened.write([good, ...writes])).rejects.toMatchObject({ code: 'conflict' });
      expect((await opened.rooms()).length).toBe(1);
      expect(await opened.read(roomOf(2), 0, everything)).toEqual([]);
      // And goes on from where it was.
      await opened.write([{ room: roomOf(1), entries: [entry(2)] }]);
      expect((await opened.read(roomOf(1), 0, everything)).length).toBe(2);
    });

    it('does not keep hold of what it was given, nor take back what it gave', async () => {
      const opened = await open();
      const given = { ...entry(1), bytes: bytes('entry 1') };
      const record = bytes('record');
      await opened.write([{ room: roomOf(1), entries: [given], record }]);
      given.bytes.fill(0);
      record.fill(0);
      const [before] = await opened.read(roomOf(1), 0, everything);
      await opened.write([{ room: roomOf(1), entries: [entry(2)] }]);
      const [room] = await opened.rooms();
      expect(plain([before as Uint8Array, room?.record as Uint8Array])).toEqual(['entry 1', 'record']);
    });

    it('keeps a Welcome for each device of each room, replaces and drops it with what it is written with, after a restart as well', async () => {
      let opened = await open();
      const welcome = async (room: number, who: number) => {
        const found = await opened.welcome(roomOf(room), device(who));
        return found && new TextDecoder().decode(found);
      };
      await opened.write([
        {
          ...first(roomOf(1), entry(1)),
          welcomes: [
            { device: device(2), bytes: bytes('two') },
            { device: device(3), bytes: bytes('three') },
          ],
        },
        { ...first(roomOf(2)), welcomes: [{ device: device(2), bytes: bytes('two elsewhere') }] },
      ]);
      opened = await open();
      expect(await Promise.all([welcome(1, 2), welcome(1, 3), welcome(2, 2), welcome(2, 3), welcome(3, 2)])).toEqual([
        'two',
        'three',
        'two elsewhere',
        undefined,
        undefined,
      ]);
      await opened.write([
        {
          room: roomOf(1),
          entries: [],
          welcomes: [
            { device: device(2), bytes: null },
            { device: device(3), bytes: bytes('again') },
          ],
        },
      ]);
      opened = await open();
      expect(await Promise.all([welcome(1, 2), welcome(1, 3), welcome(2, 2)])).toEqual([undefined, 'again', 'two elsewhere']);
      const refused = { room: roomOf(1), entries: [entry(7)], welcomes: [{ device: device(3), bytes: null }] };
      await expect(opened.write([refused])).rejects.toMatchObject({ code: 'conflict' });
      expect(await welcome(1, 3)).toBe('again');
    });

    it('keeps a GroupInfo of no bytes apart from none', async () => {
      const opened = await open();
      await opened.write([{ ...first(roomOf(1)), info: new Uint8Array() }]);
      expect((await opened.info(roomOf(1)))?.length).toBe(0);
    });

    it('takes entries of the largest size', async () => {
      const opened = await open();
      const large = Array.from({ length: 20 }, (_, i) => ({ ...entry(i + 1), bytes: new Uint8Array(300_000).fill(i) }));
      await opened.write([first(roomOf(1), ...large)]);
      const [last] = await opened.read(roomOf(1), 19, everything);
      expect(Buffer.from(last as Uint8Array).equals(Buffer.alloc(300_000, 19))).toBe(true);
    });

    it('waits with closing for what is being written', async () => {
      const opened = await open();
      const writing = opened.write([first(roomOf(1), ...Array.from({ length: 50 }, (_, i) => entry(i + 1)))]);
      const reopened = await open();
      await writing;
      expect((await reopened.rooms())[0]?.seq).toBe(50);
    });

    it('takes batches that are written at once, in the order they were asked for', async () => {
      const opened = await open();
      await opened.write([first(roomOf(1))]);
      for (let seq = 1; seq <= 20; seq++) await opened.write([{ room: roomOf(1), entries: [entry(seq)] }]);
      expect(plain(await opened.read(roomOf(1), 0, everything))).toEqual(Array.from({ length: 20 }, (_, i) => `entry ${i + 1}`));
    });
  });
}
