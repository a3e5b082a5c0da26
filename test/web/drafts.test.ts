import { describe, expect, it } from 'vitest';
import { createDrafts } from '../../src/web/state/drafts.ts';

/** Windows of one browser: what one says, all others hear. */
function openWindows(count: number) {
  const ears: Array<(message: unknown) => void> = [];
  return Array.from({ length: count }, (_, i) => {
    let businesses = 0;
    const window = { holding: i === 0, businesses: () => businesses };
    const business = { begin: () => (businesses++, () => void businesses--) };
    const channel = {
      // As a real channel does: never to oneself, and never an object that both hold.
      post: (message: unknown) => ears.forEach((hear, j) => j !== i && hear(structuredClone(message))),
      listen: (hear: (message: unknown) => void) => void (ears[i] = hear),
    };
    return Object.assign(window, { drafts: createDrafts(business, channel, () => window.holding), channel });
  });
}

describe('what is half written', () => {
  it('is kept by room, and counts as something to lose while there is any', () => {
    const [window] = openWindows(1);
    window?.drafts.write('a', 'one');
    window?.drafts.write('b', 'two');
    expect(window?.businesses()).toBe(1);
    window?.drafts.write('a', '');
    expect([...(window?.drafts.get() ?? [])]).toEqual([['b', 'two']]);
    expect(window?.businesses()).toBe(1);
    window?.drafts.write('b', '');
    expect(window?.businesses()).toBe(0);
  });

  it('does not come back over what is typed since', () => {
    const [window] = openWindows(1);
    window?.drafts.write('a', 'newer');
    window?.drafts.restore('a', 'older');
    window?.drafts.restore('b', 'older');
    expect([...(window?.drafts.get() ?? [])]).toEqual([
      ['a', 'newer'],
      ['b', 'older'],
    ]);
  });

  it('goes with the device to the window that takes it over, and is nowhere twice', () => {
    const [holder, taker] = openWindows(2);
    holder?.drafts.write('a', 'half a sentence');
    holder?.drafts.give();
    expect(taker?.drafts.get().get('a')).toBe('half a sentence');
    expect(holder?.drafts.get().size).toBe(0);
    expect([holder?.businesses(), taker?.businesses()]).toEqual([0, 1]);
  });

  it('stays where it is when nobody takes it', () => {
    const [holder] = openWindows(1);
    holder?.drafts.write('a', 'half a sentence');
    holder?.drafts.give();
    expect(holder?.drafts.get().get('a')).toBe('half a sentence');
  });

  it('comes late without taking anything away', () => {
    const [holder, taker] = openWindows(2);
    holder?.drafts.write('a', 'theirs');
    holder?.drafts.write('b', 'only theirs');
    Object.assign(taker ?? {}, { holding: true });
    taker?.drafts.write('a', 'mine');
    holder?.drafts.give();
    expect(new Map(taker?.drafts.get())).toEqual(
      new Map([
        ['a', 'mine'],
        ['b', 'only theirs'],
      ]),
    );
  });

  it('is not what a window of another version says it is', () => {
    const [window, other] = openWindows(2);
    for (const message of [null, 7, 'drafts', {}, { drafts: [] }, { drafts: new Map([['a', 7]]) }]) other?.channel.post(message);
    expect(window?.drafts.get().size).toBe(0);
  });
});
