import { encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { GroupError } from '../../src/crypto/index.ts';
import { decodeContext, encodeContext, type StoredContext } from '../../src/crypto/room-context.ts';
import { random, utf8 } from './people.ts';

const device = (fill: number) => new Uint8Array(32).fill(fill);
const context: StoredContext = {
  link: device(1),
  formerLink: device(2),
  founder: device(3),
  removers: [device(4), device(5)],
  title: 'Cocina',
  access: 'invited',
};
const raw = (...fields: unknown[]) => encode(fields);

function reasonOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    return error instanceof GroupError ? error.message : `uncoded: ${String(error)}`;
  }
  return 'accepted';
}

describe('the room’s context', () => {
  it('comes back as it was, removers in one order', () => {
    expect(decodeContext(encodeContext(context))).toEqual(context);
    expect(encodeContext({ ...context, removers: context.removers.toReversed() })).toEqual(encodeContext(context));
    const least: StoredContext = { link: null, formerLink: null, founder: device(3), removers: [], title: '', access: 'invited' };
    expect(decodeContext(encodeContext(least))).toEqual(least);
  });

  it('has the encoding of version 1, which never changes', () => {
    const least: StoredContext = { link: null, formerLink: null, founder: device(3), removers: [], title: 'a', access: 'invited' };
    expect(Buffer.from(encodeContext(least)).toString('hex')).toBe(`8601f6f65820${'03'.repeat(32)}806161`);
  });

  it('says in version 2 what kind of room it is, and in version 1 that it is one by invitation', () => {
    const open: StoredContext = { ...context, access: 'open' };
    const direct: StoredContext = { link: null, formerLink: null, founder: device(3), removers: [], title: '', access: 'direct' };
    for (const kind of [open, direct]) expect(decodeContext(encodeContext(kind))).toEqual(kind);
    expect(Buffer.from(encodeContext(direct)).toString('hex')).toBe(
      `8702f6f65820${'03'.repeat(32)}806066${Buffer.from('direct').toString('hex')}`,
    );
    expect(encodeContext(open).subarray(2, -5)).toEqual(encodeContext(context).subarray(2));
    expect(new Set([context, open].map((kind) => encodeContext(kind)[1]))).toEqual(new Set([1, 2]));
  });

  it('has one encoding for each kind, and a room of two nothing that could change', () => {
    const malformed = 'unreadable: malformed room context';
    const { link, formerLink, founder, removers, title } = context;
    for (const bad of [
      raw(2, link, formerLink, founder, removers, title, 'invited'),
      raw(1, link, formerLink, founder, removers, title, 'open'),
      raw(2, link, formerLink, founder, removers, title),
      raw(2, link, formerLink, founder, removers, title, 'closed'),
      raw(2, link, formerLink, founder, removers, title, 'open', 0),
      raw(2, link, null, founder, [], '', 'direct'),
      raw(2, null, formerLink, founder, [], '', 'direct'),
      raw(2, null, null, founder, [device(4)], '', 'direct'),
      raw(2, null, null, founder, [], 'Us', 'direct'),
    ]) {
      expect(reasonOf(() => decodeContext(bad))).toBe(malformed);
    }
    expect(reasonOf(() => decodeContext(raw(2, link, formerLink, founder, removers.toReversed(), title, 'open')))).toBe(
      'unreadable: room context has another encoding',
    );
    const refused = 'forbidden: room context out of bounds';
    for (const wish of [{ link }, { formerLink }, { removers }, { title }]) {
      const direct = { link: null, formerLink: null, founder, removers: [], title: '', access: 'direct' as const, ...wish };
      expect(reasonOf(() => encodeContext(direct))).toBe(refused);
    }
    expect(reasonOf(() => encodeContext({ ...context, access: 'closed' as StoredContext['access'] }))).toBe(refused);
  });

  it('is refused out of bounds', () => {
    const refused = 'forbidden: room context out of bounds';
    expect(reasonOf(() => encodeContext({ ...context, title: 'ñ'.repeat(129) }))).toBe(refused);
    expect(reasonOf(() => encodeContext({ ...context, link: random(31) }))).toBe(refused);
    expect(reasonOf(() => encodeContext({ ...context, founder: random(33) }))).toBe(refused);
    expect(reasonOf(() => encodeContext({ ...context, removers: [device(4), device(4)] }))).toBe(refused);
    expect(reasonOf(() => encodeContext({ ...context, removers: Array.from({ length: 33 }, (_, i) => device(i)) }))).toBe(refused);
  });

  it('says when a newer version made it, whatever that looks like', () => {
    for (const newer of [raw(3), raw(3, device(1)), raw(99, ...Array.from({ length: 20 }, () => 'x'))]) {
      expect(reasonOf(() => decodeContext(newer))).toBe('unreadable: room context of a newer version');
    }
  });

  it('is refused in any other shape or encoding', () => {
    const good = encodeContext(context);
    const malformed = 'unreadable: malformed room context';
    const { link, formerLink, founder, removers, title } = context;
    for (const bad of [
      new Uint8Array(),
      utf8('garbage'),
      raw(),
      raw(0, link, formerLink, founder, removers, title),
      raw('1', link, formerLink, founder, removers, title),
      raw(1, link, formerLink, founder, removers),
      raw(1, link, formerLink, founder, removers, title, 'more'),
      raw(1, '', formerLink, founder, removers, title),
      raw(1, link, formerLink, null, removers, title),
      raw(1, link, formerLink, founder, [random(5)], title),
      raw(1, link, formerLink, founder, removers, 'x'.repeat(257)),
      encode({ 0: 1 }),
      Uint8Array.from([...good, 0]),
      good.subarray(0, -1),
      Uint8Array.of(0x9f, ...good.subarray(1), 0xff),
    ]) {
      expect(reasonOf(() => decodeContext(bad))).toBe(malformed);
    }
    const other = 'unreadable: room context has another encoding';
    expect(reasonOf(() => decodeContext(raw(1, link, formerLink, founder, removers.toReversed(), title)))).toBe(other);
    // A title that is no UTF-8 would be shown as another one.
    const broken = Uint8Array.from(good);
    broken[broken.length - 1] = 0xff;
    expect(reasonOf(() => decodeContext(broken))).toMatch(/^unreadable/);
  });
});
