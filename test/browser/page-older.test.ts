import { describe, expect, it } from 'vitest';
import { room, useFakePage } from './support/fake-site.ts';

const visit = useFakePage();

describe('a page older than its relay', () => {
  it('reloads itself once nothing is typed and no dialog open', async () => {
    const { page, fake } = await visit({ fake: room });
    let loads = 0;
    page.on('load', () => void loads++);
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('half a sentence');
    await fake((client) => client.emit({ event: 'build', build: 'a newer one' }));
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('dialog').waitFor();
    expect(loads).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(loads).toBe(0);
    const reloaded = page.waitForEvent('load');
    await box.fill('');
    await reloaded;
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    // The same news again: it did not help, so it is left at that.
    await fake((client) => client.emit({ event: 'build', build: 'a newer one' }));
    await fake((client) => client.hear('Ana', 'still here'));
    await page.getByRole('article').filter({ hasText: 'still here' }).waitFor();
    expect(loads).toBe(1);
  });

  it('waits for a line that is being stored', async () => {
    const { page, fake } = await visit({ fake: room });
    let loads = 0;
    page.on('load', () => void loads++);
    await fake((client) =>
      Object.assign(client, {
        send: () => new Promise((resolve) => Object.assign(window, { store: resolve })),
      }),
    );
    const box = page.getByRole('textbox', { name: 'Message' });
    await box.fill('on its way to the disk');
    await box.press('Enter');
    await fake((client) => client.emit({ event: 'build', build: 'a newer one' }));
    await fake((client) => client.hear('Ana', 'meanwhile'));
    await page.getByRole('article').filter({ hasText: 'meanwhile' }).waitFor();
    expect(loads).toBe(0);
    const reloaded = page.waitForEvent('load');
    await page.evaluate(() => (window as unknown as { store(id: string): void }).store('id'));
    await reloaded;
  });
});
