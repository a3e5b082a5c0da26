import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMessage, type DnsMessage, encodeMessage, TYPES } from '../../src/discovery/dns-message.ts';
import { readRelays, recordsOf, SERVICE } from '../../src/discovery/relay-records.ts';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i * 7);
const FACTS = { key: KEY, name: 'tree', webPort: 5000, chatPort: 9009 };
const answer = (records: DnsMessage['records']): DnsMessage => ({ id: 0, response: true, questions: [], records });
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

describe('a DNS message', () => {
  test('is read as it was written', () => {
    const message: DnsMessage = {
      id: 0xbeef,
      response: true,
      questions: [{ name: SERVICE, type: TYPES.PTR, unicast: true }],
      records: recordsOf(FACTS, ['10.0.0.7', 'fd00::7', '::1', 'fe80::1:2:3:4']),
    };
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
    expect(encodeMessage(message).length).toBeLessThan(1_000);
  });

  test('of another program, with pointers in its names, is read', () => {
    // PTR _corrillo._tcp.local → a.(pointer to 12), as avahi writes it.
    const bytes = hex('0000 8400 0000 0001 0000 0000 095f636f7272696c6c6f 045f746370 056c6f63616c 00 000c 0001 00000078 0004 0161 c00c');
    expect(decodeMessage(bytes)?.records).toEqual([{ name: SERVICE, type: 'PTR', ttl: 120, target: `a.${SERVICE}` }]);
  });

  test.each([
    ['a name that points to itself', '0000 8400 0001 0000 0000 0000 c00c 000c 0001'],
    ['a name that points forwards', '0000 8400 0001 0000 0000 0000 c010 000c 0001 0161 00'],
    ['two names that point to each other', '0000 8400 0001 0000 0000 0000 0161 c010 0162 c00c 000c 0001'],
    ['a label beyond the end', '0000 8400 0001 0000 0000 0000 3f61'],
    ['a record beyond the end', '0000 8400 0000 0001 0000 0000 00 0010 0001 00000078 ffff 00'],
    ['more questions than there are', '0000 0000 0020 0000 0000 0000'],
    ['thousands of records', '0000 8400 0000 ffff ffff ffff 00'],
    ['half a head', '0000 84'],
    ['nothing', ''],
  ])('with %s is none', (_what, bytes) => {
    expect(decodeMessage(hex(bytes))).toBeUndefined();
  });

  test('that is too long is not looked at', () => {
    const fitting = encodeMessage(answer([{ name: 'a', type: 'TXT', ttl: 1, entries: ['x'] }]));
    const padded = (size: number) => Buffer.concat([fitting, Buffer.alloc(size - fitting.length)]);
    expect([decodeMessage(padded(9_000)) === undefined, decodeMessage(padded(9_001))]).toEqual([false, undefined]);
  });

  test('of any bytes does no harm, and of damaged ones neither', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void readRelays(decodeMessage(bytes)?.records ?? [])));
    const whole = encodeMessage(answer(recordsOf(FACTS, ['10.0.0.7', 'fd00::7'])));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const damaged = Uint8Array.from(whole);
        damaged[at] = byte;
        for (const relay of readRelays(decodeMessage(damaged.subarray(0, length))?.records ?? [])) {
          expect(relay.key.length).toBe(16);
          expect(relay.name).toMatch(/^[\p{L}\p{N} ._-]{1,48}$/u);
        }
      }),
    );
  });
});

describe('what a relay says of itself', () => {
  test('is what others read', () => {
    const [found] = readRelays(decodeMessage(encodeMessage(answer(recordsOf(FACTS, ['10.0.0.7', 'fd00::7']))))?.records ?? []);
    expect(found).toEqual({ ...FACTS, addresses: ['10.0.0.7', 'fd00::7'] });
  });

  test('claims no name that another relay of the same host claims', () => {
    const names = (key: Uint8Array) => recordsOf({ ...FACTS, key }, []).flatMap((record) => (record.type === 'PTR' ? [] : [record.name]));
    expect(names(KEY).filter((name) => names(new Uint8Array(16).fill(9)).includes(name))).toEqual([]);
  });

  test('is nothing once it was taken back', () => {
    expect(readRelays(recordsOf(FACTS, ['10.0.0.7'], 0))).toEqual([]);
  });

  const told = (...entries: string[]) => readRelays([{ name: `x.${SERVICE}`, type: 'TXT', ttl: 120, entries }]);
  const good = ['v=1', 'key=AAcOFRwjKjE4P0ZNVFtiaQ', 'web=5000', 'chat=9009'];

  test.each([
    ['nothing', []],
    ['another version', ['v=2', ...good.slice(1)]],
    ['a short key', ['v=1', 'key=AAcO', 'web=5000', 'chat=9009']],
    ['no port', good.slice(0, 3)],
    ['a port of no kind', [...good.slice(0, 3), 'chat=90090']],
    ['a port that is text', [...good.slice(0, 3), 'chat=0x50']],
  ])('is not believed with %s', (_what, entries) => {
    expect(told(...good)).toHaveLength(1);
    expect(told(...entries)).toEqual([]);
  });

  test.each([
    ['\u001b]52;c;aGk=\u0007tree', '52caGktree'],
    ['tree\u202egnp.exe', 'treegnp.exe'],
    ['a\nb\rc\td', 'abcd'],
    ['<b>x</b>', 'bxb'],
    [`e${'\u0301'.repeat(300)}`, 'é'],
    ['x'.repeat(250), 'x'.repeat(48)],
    ['\u200b\u0000', '00070e15'],
    ['Casa de Ñu', 'Casa de Ñu'],
  ])('has the name %j shown as %j', (name, shown) => {
    expect(told(...good, `name=${name}`)[0]?.name).toBe(shown);
  });
});
