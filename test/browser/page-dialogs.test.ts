import { describe, expect, it } from 'vitest';
import { desktop } from './support/chromium.ts';
import { ROOM } from './support/fake-page.ts';
import { room, useFakePage } from './support/fake-site.ts';
import { personIn } from './support/talking.ts';

const visit = useFakePage();

describe('dialogs', () => {
  it('shows the link as a code and as text, and copies it', async () => {
    const { page } = await visit({ fake: room, context: { ...desktop, permissions: ['clipboard-read', 'clipboard-write'] } });
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
    await dialog.getByRole('img', { name: 'QR code of the link' }).waitFor();
    const link = await dialog.getByLabel('Link', { exact: true }).inputValue();
    // The page was reached as localhost: the relay's own address is what others need.
    expect(link).toMatch(new RegExp(`^https://192\\.168\\.1\\.20:\\d+/j/${ROOM}#v1\\.[\\w-]{43}\\.[\\w-]{22}\\.9009$`));
    await dialog.getByRole('button', { name: 'Copy the link' }).click();
    await dialog.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  });

  it('makes the link as soon as there is a connection', async () => {
    const { page, fake } = await visit({ fake: room });
    await fake((client) => client.setRelay(false));
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('alert').filter({ hasText: 'There is no connection' }).waitFor();
    await fake((client) => client.setRelay(true));
    await fake((client) => client.emit({ event: 'build', build: 'build-of-the-tests' }));
    await page.getByRole('img', { name: 'QR code of the link' }).waitFor();
  });

  it('removes after asking, and says why when it could not', async () => {
    const { page, fake } = await visit({ fake: room, context: desktop });
    await personIn(page, 'Ana').click();
    await page.getByRole('menuitem', { name: 'Remove from the room' }).click();
    const dialog = page.getByRole('dialog');
    await fake((client) => client.failNext('remove', 'not_allowed'));
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'You may not do that here' }).waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('You removed ⁨Ana⁩').waitFor();
    expect(await personIn(page, 'Ana').count()).toBe(0);
  });

  it('offers no removal to those who may not', async () => {
    const { page, fake } = await visit({ fake: room, context: desktop });
    await fake((client) => client.setView({ canRemove: false }));
    await personIn(page, 'Ana').click();
    await page.getByRole('menuitem', { name: 'Compare' }).waitFor();
    expect(await page.getByRole('menuitem', { name: 'Remove from the room' }).count()).toBe(0);
  });

  it('tells how others reach the host, and how this page does', async () => {
    const { page } = await visit({ fake: room, context: { ...desktop, permissions: ['clipboard-read', 'clipboard-write'] } });
    await page.route('**/api/network-info', (route) =>
      route.fulfill({ json: { serverIP: '192.168.1.20', interfaces: [{ address: '10.0.0.7' }, { address: 'fe80::1' }] } }),
    );
    await page.route('**/api/client-ip', (route) => route.fulfill({ json: { ip: '192.168.1.34' } }));
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'This network' }).click();
    const dialog = page.getByRole('dialog', { name: 'This network' });
    const port = new URL(page.url()).port;
    await dialog.getByText(`https://192.168.1.20:${port}/`, { exact: true }).waitFor();
    await dialog.getByRole('img', { name: 'QR code of the address' }).waitFor();
    await dialog.getByText('Addresses', { exact: true }).click();
    expect(await dialog.getByRole('group').getByRole('listitem').allInnerTexts()).toEqual([`https://10.0.0.7:${port}/`]);
    await dialog.getByRole('region', { name: 'In a terminal' }).getByRole('button', { name: 'Copy' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('corrillo chat --host 192.168.1.20');
    await dialog.getByText('This window runs on the host itself').waitFor();
    expect(await dialog.getByRole('region', { name: 'Words of the host' }).getByRole('listitem').count()).toBe(5);
    expect(await dialog.getByRole('link', { name: 'Help with the certificate' }).getAttribute('href')).toBe('/trust');
  });

  it('shows what it knows of the network when the host says nothing', async () => {
    const { page } = await visit({ fake: room, context: desktop });
    await page.route('**/api/**', (route) => route.fulfill({ body: 'what?' }));
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'This network' }).click();
    const dialog = page.getByRole('dialog', { name: 'This network' });
    await dialog.getByText('The host did not say more.').waitFor();
    await dialog.getByText('corrillo chat --host 192.168.1.20').waitFor();
  });
});
