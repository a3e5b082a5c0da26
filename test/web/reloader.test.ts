import { describe, expect, it } from 'vitest';
import { createReloader } from '../../src/web/state/reloader.ts';

function setUp(build = 'old', stored: Record<string, string> = {}) {
  let reloads = 0;
  const memory = { getItem: (key: string) => stored[key] ?? null, setItem: (key: string, value: string) => void (stored[key] = value) };
  return { reloader: createReloader({ build, reload: () => void reloads++, memory }), reloads: () => reloads, stored };
}

describe('a page older than its relay', () => {
  it('reloads itself when nothing is lost by it', () => {
    const { reloader, reloads } = setUp();
    reloader.heard('old');
    expect(reloads()).toBe(0);
    reloader.heard('new');
    expect(reloads()).toBe(1);
  });

  it('waits until the last business is over', async () => {
    const { reloader, reloads } = setUp();
    const endTyping = reloader.begin();
    const endDialog = reloader.begin();
    reloader.heard('new');
    endTyping();
    endTyping();
    await Promise.resolve();
    expect(reloads()).toBe(0);
    endDialog();
    await Promise.resolve();
    expect(reloads()).toBe(1);
  });

  it('does not reload between one dialog and the next', async () => {
    const { reloader, reloads } = setUp();
    const end = reloader.begin();
    reloader.heard('new');
    end();
    const endNext = reloader.begin();
    await Promise.resolve();
    expect(reloads()).toBe(0);
    endNext();
    await Promise.resolve();
    expect(reloads()).toBe(1);
  });

  it('never reloads twice for the same build, not even when it did not help', () => {
    const { stored } = setUp();
    for (let i = 0; i < 3; i++) {
      const again = setUp('old', stored);
      again.reloader.heard('new');
      again.reloader.heard('new');
      expect(again.reloads()).toBe(i === 0 ? 1 : 0);
    }
    const later = setUp('old', stored);
    later.reloader.heard('newer');
    expect(later.reloads()).toBe(1);
  });

  it('forgets a build that the relay no longer serves', async () => {
    const { reloader, reloads } = setUp();
    const end = reloader.begin();
    reloader.heard('new');
    reloader.heard('old');
    end();
    await Promise.resolve();
    expect(reloads()).toBe(0);
  });

  it('leaves pages without a build alone', () => {
    const { reloader, reloads } = setUp('');
    reloader.heard('new');
    expect(reloads()).toBe(0);
  });
});
