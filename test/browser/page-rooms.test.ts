import { describe, expect, it } from 'vitest';
import { desktop, phone } from './support/chromium.ts';
import { room, useFakePage } from './support/fake-site.ts';
import { personIn, readWords } from './support/talking.ts';

const visit = useFakePage();
const wide = { viewport: { width: 1280, height: 760 } };
const several = { ...room, lines: 200, direct: [{ with: 'Ana', lines: 40, readUpTo: 38 }, { with: 'Kofi' }] };

describe('those at the door', () => {
  it('stand above the conversation with name and words, are counted, and are let in', async () => {
    const { page, fake } = await visit({ fake: room, context: desktop });
    await fake((client) => client.knockAt('Lena'));
    const strip = page.getByRole('region', { name: 'At the door' });
    await strip.getByText('Lena wants to come in').waitFor();
    const words = await readWords(strip.getByRole('list', { name: 'Words on their screen' }).getByRole('listitem'));
    expect(words).toHaveLength(5);
    await page
      .getByRole('status')
      .filter({ hasText: `Lena knocks. Words on their screen: ${words.join(' ')}` })
      .waitFor({ state: 'attached' });
    expect(await page.title()).toBe('(1) Familia Robles · Corrillo');
    await strip.getByRole('button', { name: 'Let in: Lena' }).click();
    await page.getByText('⁨Lena⁩ knocked and you let them in').waitFor();
    await strip.waitFor({ state: 'detached' });
    expect(await page.title()).toBe('Familia Robles · Corrillo');
    // Nobody who works with the keyboard is thrown to the top of the page.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  });

  it('are several, each decided by itself, and go when they give up', async () => {
    const { page, fake } = await visit({ fake: room, context: phone });
    for (const act of [
      (client: { knockAt(name: string): void }) => client.knockAt('Lena'),
      (client: { knockAt(name: string): void }) => client.knockAt('Iñaki'),
      (client: { knockAt(name: string): void }) => client.knockAt('<b>Eve</b>\u202E'),
    ])
      await fake(act);
    const strip = page.getByRole('region', { name: /At the door/ });
    await expect.poll(() => strip.getByRole('button').count()).toBe(6);
    await strip.getByText('<b>Eve</b>\ufffd').waitFor();
    expect(await strip.locator('b').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await strip.getByRole('button', { name: 'Not now: Lena' }).click();
    await expect.poll(() => strip.getByRole('button').count()).toBe(4);
    await fake((client) => client.goAway('Iñaki'));
    await expect.poll(() => strip.getByRole('button').count()).toBe(2);
    await fake((client) => client.failNext('admit', 'offline'));
    await strip.getByRole('button', { name: /^Let in/ }).click();
    await strip.getByRole('alert').filter({ hasText: 'There is no connection' }).waitFor();
    await strip.getByRole('button', { name: /^Let in/ }).click();
    await strip.waitFor({ state: 'detached' });
  });

  it('came by doors that the conversation tells', async () => {
    const { page, fake } = await visit({ fake: { ...room, lines: 0 } });
    await page.getByText('⁨Kofi⁩ knocked and you let them in').waitFor();
    await fake((client) => client.show({ kind: 'joined', door: 'knock', from: 'Eve', device: 'ab', by: 'Ana', byDevice: 'cd' }));
    await fake((client) => client.show({ kind: 'joined', door: 'open', from: 'Zoe', device: 'ef' }));
    await page.getByText('⁨Eve⁩ knocked and was let in by ⁨Ana⁩').waitFor();
    await page.getByText('⁨Zoe⁩ came in (open room)').waitFor();
  });
});

describe('several conversations', () => {
  it('stand beside the room, with what is unread and who is here', async () => {
    const { page } = await visit({ fake: several, context: wide });
    const list = page.getByRole('navigation', { name: 'Conversations' });
    await list.getByRole('button', { name: 'Ana here 2 new messages' }).waitFor();
    expect(await page.title()).toBe('(2) Familia Robles · Corrillo');
    await list.getByRole('button', { name: /^Ana/ }).click();
    await page.getByRole('heading', { name: 'Ana', exact: true }).waitFor();
    await page.getByText('New messages', { exact: true }).waitFor();
    await expect.poll(() => page.title()).toBe('Ana · Corrillo');
    expect(await list.getByRole('button', { name: /^Ana/ }).getAttribute('aria-current')).toBe('page');
    expect(await page.getByRole('button', { name: 'Invite' }).count()).toBe(0);
  });

  it('come as a drawer on a phone', async () => {
    const { page, fake } = await visit({ fake: several, context: phone });
    await page.getByRole('button', { name: 'Conversations, 2 new' }).click();
    await page.getByRole('dialog', { name: 'Conversations' }).getByRole('button', { name: /^Ana/ }).click();
    await page.getByRole('heading', { name: 'Ana', exact: true }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await fake((client) => client.hear('Kofi', 'back in the room'));
    await page.getByRole('button', { name: 'Conversations, 1 new' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'New in Familia Robles' }).waitFor({ state: 'attached' });
    expect(await page.title()).toBe('(1) Ana · Corrillo');
  });

  it('keep their drafts and the reader’s place', async () => {
    const { page } = await visit({ fake: several, context: wide });
    const list = page.getByRole('navigation', { name: 'Conversations' });
    const scroller = page.getByRole('region', { name: 'Conversation' });
    const box = page.getByRole('textbox', { name: 'Message' });
    await page.getByRole('article').last().waitFor();
    await scroller.hover();
    await page.mouse.wheel(0, -1_500);
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    const top = () => scroller.evaluate((element) => Math.round(element.scrollTop));
    const texts = () => page.getByRole('article').allInnerTexts();
    const [place, seen] = [await top(), (await texts())[3]];
    await box.fill('for all of you');
    await list.getByRole('button', { name: /^Kofi/ }).click();
    await page.getByText('Only you and').first().waitFor();
    expect(await box.inputValue()).toBe('');
    await box.fill('for Kofi');
    await list.getByRole('button', { name: /^Familia/ }).click();
    await page.getByRole('heading', { name: 'Familia Robles' }).waitFor();
    expect(await box.inputValue()).toBe('for all of you');
    await expect.poll(top).toBe(place);
    expect(await texts()).toContain(seen);
    await list.getByRole('button', { name: /^Kofi/ }).click();
    expect(await box.inputValue()).toBe('for Kofi');
    await box.press('Enter');
    await page.getByRole('article').filter({ hasText: 'for Kofi' }).waitFor();
  });

  it('are begun with a member, and found again', async () => {
    const { page } = await visit({ fake: room, context: wide });
    const person = personIn(page, 'Bruno');
    await person.click();
    await page.getByRole('menuitem', { name: 'Message' }).click();
    await page.getByRole('heading', { name: 'Bruno', exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('between us');
    await page.keyboard.press('Enter');
    await page.getByRole('article').filter({ hasText: 'between us' }).waitFor();
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^Familia/ })
      .click();
    await person.click();
    await page.getByRole('menuitem', { name: 'Message' }).click();
    await page.getByRole('article').filter({ hasText: 'between us' }).waitFor();
  });

  it('say why one could not be begun', async () => {
    const { page, fake } = await visit({ fake: room, context: wide });
    await fake((client) => client.failNext('direct', 'no_package'));
    await personIn(page, 'Bruno').click();
    await page.getByRole('menuitem', { name: 'Message' }).click();
    await page.getByRole('alert').filter({ hasText: 'cannot be reached for a direct message yet' }).waitFor();
  });

  it('appear unread when another begins one', async () => {
    const { page, fake } = await visit({ fake: room, context: wide });
    expect(await page.getByRole('navigation').count()).toBe(0);
    await fake((client) => void client.beginDirect('Kofi', 'psst'));
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^Kofi .*1 new message$/ })
      .waitFor();
    expect(await page.title()).toBe('(1) Familia Robles · Corrillo');
  });

  it('end when the other one leaves, and can be begun anew', async () => {
    const { page, fake } = await visit({ fake: { ...room, direct: [{ with: 'Ana', lines: 4 }] }, context: wide });
    await page.getByRole('navigation').getByRole('button', { name: /^Ana/ }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await fake((client) => {
      const [, direct = ''] = client.rooms();
      client.setView({ members: client.view(direct).members.filter(({ own }) => own) }, direct);
      client.show({ kind: 'left', from: 'Ana', device: client.view(direct).peer }, direct);
    });
    await page.getByText('⁨Ana⁩ has left this conversation').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    expect(await page.evaluate(() => window.fake?.asked.some((call) => call.startsWith('direct ')))).toBe(true);
  });
});
