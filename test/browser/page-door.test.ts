import { describe, expect, it } from 'vitest';
import { desktop, phone } from './support/chromium.ts';
import { FRAGMENT, ROOM } from './support/fake-page.ts';
import { readWords } from './support/talking.ts';
import { room, useFakePage } from './support/fake-site.ts';

const visit = useFakePage();

describe('the bare address', () => {
  it('asks for one thing, a name, and knocks with it', async () => {
    const { page, fake } = await visit({ context: phone });
    await page.getByRole('heading', { name: 'Knock at the door' }).waitFor();
    expect(await page.getByRole('textbox').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByText('Type a name so that the others know who you are.').waitFor();
    await page.keyboard.type('Lena');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'You are at the door' }).waitFor();
    const shown = await readWords(page.getByRole('listitem'));
    expect(shown).toHaveLength(5);
    expect(shown).toEqual(await page.evaluate(() => window.fake?.words(window.fake.device)));
    expect(await page.title()).toBe('Waiting to be let in · Corrillo');
    await fake((client) => client.letIn());
    await page.getByText('You knocked and were let in by').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
  });

  it('comes straight into an open room, and says so on every screen of it', async () => {
    const { page } = await visit({ fake: { inside: false, front: 'open', people: ['Ana'] }, context: phone });
    await page.getByText('This room is open to everybody on this network.').waitFor();
    await page.keyboard.type('Lena');
    await page.keyboard.press('Enter');
    await page.getByText('You came in (open room)').waitFor();
    await page.locator('header').getByText('Open room', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('dialog').getByText('This is an open room').waitFor();
  });

  it('goes on waiting while the relay is gone, says so, and can be given up', async () => {
    const { page, fake } = await visit();
    await page.keyboard.type('Lena');
    await page.keyboard.press('Enter');
    const state = page.getByRole('status').filter({ hasText: /./ });
    await state.filter({ hasText: 'Waiting to be let in' }).waitFor();
    await fake((client) => client.setConnection({ state: 'offline', code: 'refused', retryAt: 0 }));
    await state.filter({ hasText: 'The host cannot be reached right now.' }).waitFor();
    await fake((client) => client.setConnection({ state: 'offline', code: 'wrong_key', retryAt: 0 }));
    await page.getByRole('alert').filter({ hasText: 'This is not the host' }).waitFor();
    await fake((client) => client.setConnection({ state: 'connected' }));
    await state.filter({ hasText: 'Waiting to be let in' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'Knock at the door' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('Lena');
    expect(await page.getByRole('alert').filter({ hasText: /./ }).count()).toBe(0);
  });

  it('waits on after a reload, and says kindly that it was refused', async () => {
    const { page, fake } = await visit({ fake: { inside: false, knocking: true, name: 'Lena' } });
    await page.getByRole('heading', { name: 'You are at the door' }).waitFor();
    await fake((client) => client.refuse());
    await page.getByRole('heading', { name: 'Not this time' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'ask somebody inside, and try again' }).waitFor();
    await page.getByRole('button', { name: 'Knock' }).click();
    await page.getByRole('heading', { name: 'You are at the door' }).waitFor();
  });

  it('says that there is no room yet, and notices when there is', async () => {
    const { page, fake } = await visit({ fake: { inside: false, front: 'missing' } });
    await page.getByRole('heading', { name: 'There is no room here yet' }).waitFor();
    await page.getByText('in the terminal where it runs').waitFor();
    await fake((client) => client.setFront('invited'));
    await page.getByRole('heading', { name: 'Knock at the door' }).waitFor();
  });

  it('takes a link as the second way', async () => {
    const { page } = await visit({ context: desktop });
    await page.getByText('I have a link').click();
    await page.getByLabel('Your link').fill('https://example.org/');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').filter({ hasText: 'not a Corrillo link' }).waitFor();
  });

  it('is a way back for those who left', async () => {
    const { page } = await visit({ fake: room });
    await page.evaluate(() => window.fake?.leave(''));
    await page.getByRole('button', { name: 'Knock' }).click();
    await page.getByRole('heading', { name: 'Knock at the door' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Your name' }).inputValue()).toBe('Marta');
  });
});

describe('a link', () => {
  it('founds a room, with the fragment gone from address and history', async () => {
    const { page } = await visit({ path: `/f${FRAGMENT}` });
    expect(await page.evaluate(() => [location.href.includes('#'), history.length])).toEqual([false, 2]);
    await page.getByRole('textbox', { name: 'Your name' }).fill('Marta');
    await page.getByLabel('Name of the room').fill('Familia');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Familia', exact: true }).waitFor();
    expect(await page.title()).toBe('Familia · Corrillo');
    await page.getByText('You opened the room').waitFor();
    expect(await page.evaluate(() => window.fake?.asked.find((call) => call.startsWith('found')))).toBe('found 0000 Marta Familia invited');
    expect(await page.getByText('Open room', { exact: true }).count()).toBe(0);
  });

  it('lets the founder choose who may come in, with the keyboard', async () => {
    const { page } = await visit({ path: `/f${FRAGMENT}` });
    await page.keyboard.type('Marta');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.getByRole('radio', { name: 'Whoever is let in' }).isChecked()).toBe(true);
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: 'Everybody on this network' }).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await page.locator('header').getByText('Open room', { exact: true }).waitFor();
  });

  it('brings along that the host wants an open room', async () => {
    const { page } = await visit({ path: `/f${FRAGMENT}.open` });
    expect(await page.getByRole('radio', { name: 'Everybody on this network' }).isChecked()).toBe(true);
    await page.keyboard.type('Marta');
    await page.keyboard.press('Enter');
    await page.locator('header').getByText('Open room', { exact: true }).waitFor();
  });

  it('leads into its room, with the focus where the name goes', async () => {
    const { page } = await visit({ path: `/j/${ROOM}${FRAGMENT}`, context: phone });
    expect(new URL(page.url()).hash).toBe('');
    await page.getByRole('textbox', { name: 'Your name' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.press('Enter');
    await page.getByText('Type a name so that the others know who you are.').waitFor();
    await page.keyboard.type('Lena');
    await page.keyboard.press('Enter');
    await page.getByText('You came in by link').waitFor();
  });

  it('is taken from the address bar of the open page', async () => {
    const { page } = await visit({ path: `/j/${ROOM}` });
    await page.getByRole('heading', { name: 'Knock at the door' }).waitFor();
    await page.evaluate((fragment) => void (location.hash = fragment), FRAGMENT);
    await page.getByRole('heading', { name: 'You are invited' }).waitFor();
    expect(new URL(page.url()).hash).toBe('');
  });
});

describe('where the page cannot work', () => {
  it('sends people on', async () => {
    const { page } = await visit({ fake: { inside: false, stopped: 'no_secure_context' } });
    const onward = page.getByRole('link', { name: 'Open the protected address' });
    expect(await onward.getAttribute('href')).toBe('https://192.168.1.20:5000/');
  });

  it('says who has the device, and takes it over with what is half written', async () => {
    const first = await visit({ fake: room });
    await first.page.getByRole('textbox', { name: 'Message' }).fill('half a sentence');
    const second = await visit({ fake: { ...room, stopped: 'in_use' }, beside: first });
    await second.page.getByText('already open in another tab or window of this browser').waitFor();
    await first.page.evaluate(() => window.askForDevice?.());
    await first.page.getByRole('heading', { name: 'Open in another window' }).waitFor();
    await second.page.getByRole('button', { name: 'Go on here' }).click();
    const box = second.page.getByRole('textbox', { name: 'Message' });
    await expect.poll(() => box.inputValue()).toBe('half a sentence');
    await box.press('Enter');
    await second.page.getByRole('article').filter({ hasText: 'half a sentence' }).waitFor();
    // Back again: what was sent is not there to be sent a second time.
    await second.page.evaluate(() => window.askForDevice?.());
    await first.page.getByRole('button', { name: 'Go on here' }).click();
    expect(await first.page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('');
  });
});
