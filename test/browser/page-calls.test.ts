import { describe, expect, it } from 'vitest';
import { deviceOf } from '../../src/web/dev/fake-device.ts';
import { askedOf, controlsOf, focused, joinCall, shownIn, stageOf, three, tileOf } from './support/calling.ts';
import { phone } from './support/chromium.ts';
import { ROOM } from './support/fake-page.ts';
import { room, useFakePage } from './support/fake-site.ts';

const visit = useFakePage();
const wide = { viewport: { width: 1280, height: 800 } };
const calm = { fake: { ...room, lines: 12 }, context: wide };

describe('before a call', () => {
  it('one sees and hears oneself, and Enter joins', async () => {
    const { page, fake } = await visit(calm);
    await fake((client) => client.media.setLevel('own', 0.25));
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Call in ⁨Familia Robles⁩' });
    await dialog.getByText('Nobody is in yet: it rings at the others.').waitFor();
    await expect.poll(() => dialog.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);
    // As in a mirror.
    expect(await dialog.locator('video').evaluate((video) => getComputedStyle(video).scale)).toBe('-1 1');
    const meter = dialog.getByRole('meter', { name: 'How loud your microphone is' });
    await expect.poll(() => meter.evaluate((one: HTMLMeterElement) => one.value)).toBe(0.5);
    await expect.poll(() => focused(page)).toBe('Call everybody');
    await page.keyboard.press('Enter');
    await controlsOf(page).waitFor();
    expect(await askedOf(page, 'calls.join')).toEqual([`calls.join ${ROOM} true true`]);
    await dialog.waitFor({ state: 'detached' });
    // Who came by the keyboard goes on with it.
    await expect.poll(() => focused(page)).toBe('Microphone');
  });

  it('who has neither camera nor microphone is told why and what to do, and joins all the same', async () => {
    const { page, fake } = await visit(calm);
    await fake((client) => client.media.lack('camera', 'camera_denied'));
    await fake((client) => client.media.lack('microphone', 'no_microphone'));
    await fake((client) => client.calls.enter('Ana'));
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('alert').filter({ hasText: 'The camera may not be used here' }).waitFor();
    await dialog.getByRole('alert').filter({ hasText: 'No microphone was found' }).waitFor();
    await dialog.getByText('⁨Ana⁩ is in. You join to listen and see.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Camera', exact: true }).getAttribute('aria-pressed')).toBe('false');
    // It was allowed meanwhile.
    await fake((client) => client.media.lack('camera', null));
    await dialog.getByRole('button', { name: 'Camera', exact: true }).click();
    await dialog.locator('video').waitFor();
    await expect.poll(() => dialog.getByRole('alert').filter({ hasText: 'camera' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Camera', exact: true }).click();
    await dialog.getByRole('button', { name: 'Join' }).click();
    await controlsOf(page).waitFor();
    expect(await askedOf(page, 'calls.join')).toEqual([`calls.join ${ROOM} false false`]);
  });

  it('Escape is enough to stay out, and the camera is off then', async () => {
    const { page, fake } = await visit(calm);
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('dialog').locator('video').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await fake((client) => {
      if (client.media.opened.size > 0) throw new Error('still open');
    });
    expect(await askedOf(page, 'calls.join')).toEqual([]);
    await expect.poll(() => focused(page)).toBe('Call');
  });

  it('devices are chosen, come and go, and have numbers before they have names', async () => {
    const { page, fake } = await visit(calm);
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Camera, microphone, speaker' }).click();
    await dialog.getByRole('combobox', { name: 'Microphone' }).selectOption({ label: 'Headset' });
    expect(await askedOf(page, 'devices.choose')).toEqual(['devices.choose {"microphone":"microphone-1"}']);
    await fake((client) => client.media.setDevices({ cameras: [{ id: 'x', label: '' }], speakers: [] }));
    await dialog.getByRole('option', { name: 'Camera 1' }).waitFor({ state: 'attached' });
    expect(await dialog.getByRole('combobox', { name: 'Speaker' }).count()).toBe(0);
    await dialog.getByRole('checkbox', { name: 'Blur what is behind me' }).check();
    expect(await askedOf(page, 'devices.blur')).toEqual(['devices.blur true']);
  });

  it('what keeps one out is said where one joins, and cancelling leaves a call that is being joined', async () => {
    const { page, fake } = await visit(calm);
    await fake((client) => client.failNext('calls.join', 'call_full'));
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Call everybody' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'as many people in the call as it can have' }).waitFor();
    await fake((client) => client.calls.hold(true));
    await dialog.getByRole('button', { name: 'Call everybody' }).click();
    await dialog.getByRole('button', { name: 'Joining…' }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await askedOf(page, 'calls.leave')).toHaveLength(1);
    expect(await controlsOf(page).count()).toBe(0);
  });
});

describe('a call that is on', () => {
  it('is a quiet strip above the conversation, with who and for how long, until it is over', async () => {
    const { page, fake } = await visit(calm);
    await fake((client) => client.calls.enter('Ana', { since: Date.now() - 12 * 60_000 - 5_000 }));
    await fake((client) => client.calls.enter('Kofi'));
    const strip = page.getByRole('region', { name: 'Call' });
    await strip.getByText('Call: ⁨Ana⁩ and ⁨Kofi⁩ · 12 min').waitFor();
    for (const name of ['Bruno', 'Eva', 'Zoe']) await page.evaluate((one) => window.fake?.calls.enter(one), name);
    await strip.getByText('Call: ⁨Ana⁩, ⁨Kofi⁩, ⁨Bruno⁩ and 2 more').waitFor();
    expect(await strip.getByRole('button', { name: 'Join' }).count()).toBe(1);
    for (const name of ['Ana', 'Kofi', 'Bruno', 'Eva', 'Zoe']) await page.evaluate((one) => window.fake?.calls.exit(one), name);
    await strip.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Call', exact: true }).waitFor();
  });

  it('that one was thrown out of says why, until that was read', async () => {
    const watched = await visit(calm);
    await joinCall(watched, (client) => client.calls.enter('Ana'));
    await watched.fake((client) => client.calls.throwOut('call_replaced'));
    const why = watched.page.getByRole('alert').filter({ hasText: 'You joined this call in another window' });
    await why.waitFor();
    await why.getByRole('button', { name: 'Dismiss' }).click();
    await why.waitFor({ state: 'detached' });
    await watched.page.getByRole('region', { name: 'Call' }).getByRole('button', { name: 'Join' }).waitFor();
  });
});

describe('a ring', () => {
  /** Counts the sounds that are open. */
  const counting = `(() => {
    window.sounds = 0;
    window.rung = 0;
    const Real = window.AudioContext;
    window.AudioContext = class extends Real {
      constructor() { super(); window.sounds += 1; }
      createOscillator() { window.rung += 1; return super.createOscillator(); }
      close() { window.sounds -= 1; return super.close(); }
    };
  })()`;
  const sounds = (name: 'sounds' | 'rung') => `window.${name}`;

  it('says who calls, takes the focus from nobody, and stops when it is dismissed', async () => {
    const { page, fake } = await visit(calm);
    await page.evaluate(counting);
    await page.getByRole('textbox', { name: 'Message' }).click();
    await page.keyboard.type('I am');
    await fake((client) => client.calls.ring('Ana'));
    const card = page.getByRole('dialog', { name: /^⁨Ana⁩ is calling/ });
    await card.waitFor();
    await page.getByRole('alert').filter({ hasText: 'Ana is calling in ⁨Familia Robles⁩' }).waitFor({ state: 'attached' });
    await expect.poll(() => page.title()).toBe('☎ Ana is calling · Corrillo');
    await expect.poll(() => page.title()).toBe('Familia Robles · Corrillo');
    await expect.poll(() => page.evaluate(sounds('sounds'))).toBe(1);
    expect(await page.evaluate(sounds('rung'))).toBeGreaterThanOrEqual(2);
    await page.keyboard.type(' writing');
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('I am writing');
    await card.getByRole('button', { name: 'Not now' }).click();
    await card.waitFor({ state: 'detached' });
    expect(await askedOf(page, 'calls.dismiss')).toEqual([`calls.dismiss ${ROOM}`]);
    expect(await page.evaluate(sounds('sounds'))).toBe(0);
    await expect.poll(() => page.title()).toBe('Familia Robles · Corrillo');
    await expect.poll(() => focused(page)).toBe('Message');
  });

  it('stops when it is answered elsewhere, and where it is answered', async () => {
    const { page, fake } = await visit(calm);
    await page.evaluate(counting);
    await page.getByRole('textbox', { name: 'Message' }).click();
    await fake((client) => client.calls.ring('Ana'));
    const card = page.getByRole('dialog', { name: /is calling/ });
    await card.waitFor();
    await fake((client) => client.calls.stopRinging());
    await card.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(sounds('sounds'))).toBe(0);
    await fake((client) => client.calls.ring('Kofi'));
    await card.getByRole('button', { name: 'Join' }).click();
    await card.waitFor({ state: 'detached' });
    expect(await page.evaluate(sounds('sounds'))).toBe(0);
    await page.getByRole('dialog', { name: 'Call in ⁨Familia Robles⁩' }).waitFor();
  });

  it('is silent before anybody touched the page, and still for who wants less motion', async () => {
    const { page, fake } = await visit({ ...calm, context: { ...wide, reducedMotion: 'reduce' } });
    await page.evaluate(counting);
    // Whatever a test does here counts as a touch.
    await page.evaluate(() => Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: false } }));
    await fake((client) => client.calls.ring('Ana'));
    await page.getByRole('dialog', { name: /is calling/ }).waitFor();
    expect(await page.evaluate(sounds('sounds'))).toBe(0);
    await expect.poll(() => page.title()).toBe('☎ Ana is calling · Corrillo');
    await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  it('comes from rooms that are not on the screen, and leads there', async () => {
    const { page, fake } = await visit({ ...calm, fake: { ...calm.fake, direct: [{ with: 'Ana' }] } });
    await fake((client) => client.calls.ring('Ana', client.rooms()[1]));
    const card = page.getByRole('dialog', { name: '⁨Ana⁩ is calling' });
    await card.getByRole('button', { name: 'Join' }).click();
    // What is behind a dialog has no role meanwhile.
    await page.locator('h1', { hasText: 'Ana' }).waitFor();
    await page.getByRole('dialog', { name: 'Call with ⁨Ana⁩' }).getByText('⁨Ana⁩ is in.').waitFor();
  });
});

describe('in a call', () => {
  it('everything is turned by buttons that say how they stand, and by keys while one writes', async () => {
    const watched = await visit(calm);
    const { page } = watched;
    await joinCall(watched, three);
    const microphone = controlsOf(page).getByRole('button', { name: 'Microphone', exact: true });
    expect(await microphone.getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('textbox', { name: 'Message' }).click();
    await page.keyboard.press('Control+d');
    await expect.poll(() => microphone.getAttribute('aria-pressed')).toBe('false');
    await tileOf(page, 'You')
      .getByRole('button', { name: /microphone off/ })
      .waitFor();
    expect(await microphone.getAttribute('title')).toBe('Microphone is off: turn it on (Ctrl+D)');
    await page.keyboard.press('Control+e');
    await expect
      .poll(() => controlsOf(page).getByRole('button', { name: 'Camera', exact: true }).getAttribute('aria-pressed'))
      .toBe('false');
    await expect.poll(() => tileOf(page, 'You').locator('video').count()).toBe(0);
    const hand = controlsOf(page).getByRole('button', { name: 'Raise your hand' });
    await hand.click();
    await expect.poll(() => hand.getAttribute('aria-pressed')).toBe('true');
    await controlsOf(page).getByRole('button', { name: 'Share the screen' }).click();
    await stageOf(page).getByText('You are sharing your screen').waitFor();
    await stageOf(page).getByRole('button', { name: 'Stop sharing' }).click();
    await stageOf(page).getByText('You are sharing your screen').waitFor({ state: 'detached' });
    expect(await askedOf(page, 'calls.turn')).toEqual([
      'calls.turn microphone false',
      'calls.turn camera false',
      'calls.turn screen true',
      'calls.turn screen false',
    ]);
    // Nothing of it was typed.
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('');
    await controlsOf(page).getByRole('button', { name: 'Leave the call' }).click();
    await stageOf(page).getByRole('list', { name: 'In the call' }).waitFor({ state: 'detached' });
    expect(await askedOf(page, 'calls.leave')).toHaveLength(1);
  });

  it('who speaks has a ring and, where one is large, becomes it', async () => {
    const watched = await visit(calm);
    const { page } = watched;
    await joinCall(watched, three);
    await controlsOf(page).getByRole('button', { name: 'Whoever speaks large' }).click();
    await expect.poll(() => tileOf(page, 'Ana').getAttribute('data-role')).toBe('main');
    await page.evaluate((device) => window.fake?.media.setLevel(device, 0.8), deviceOf('Kofi'));
    await expect.poll(() => tileOf(page, 'Kofi').getAttribute('data-speaking')).toBe('true');
    await expect.poll(() => tileOf(page, 'Kofi').getAttribute('data-role')).toBe('main');
    expect(await tileOf(page, 'Ana').getAttribute('data-speaking')).toBeNull();
    await page.evaluate((device) => window.fake?.media.setLevel(device, 0), deviceOf('Kofi'));
    await expect.poll(() => tileOf(page, 'Kofi').getAttribute('data-speaking')).toBeNull();
    // Silence is nobody's turn.
    expect(await tileOf(page, 'Kofi').getAttribute('data-role')).toBe('main');
  });

  it('one is made large by Enter and stays so, without a picture beginning anew or the focus being lost', async () => {
    const watched = await visit(calm);
    const { page, fake } = watched;
    await joinCall(watched, three);
    await tileOf(page, 'Kofi')
      .locator('video')
      .evaluate((video) => video.setAttribute('data-same', ''));
    const pin = tileOf(page, 'Kofi').getByRole('button', { name: 'Show large: Kofi, hand raised' });
    await pin.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => tileOf(page, 'Kofi').getAttribute('data-role')).toBe('main');
    expect(await pin.getAttribute('aria-pressed')).toBe('true');
    expect(await focused(page)).toContain('Kofi');
    expect(await tileOf(page, 'Kofi').locator('video[data-same]').count()).toBe(1);
    await fake((client) => client.calls.enter('Bruno', { sources: ['screen'] }));
    await tileOf(page, 'Screen of Bruno').waitFor();
    expect(await tileOf(page, 'Kofi').getAttribute('data-role')).toBe('main');
    // It goes with whom it was on.
    await fake((client) => client.calls.exit('Kofi'));
    await expect.poll(() => focused(page)).toBe('Microphone');
    await expect.poll(() => tileOf(page, 'Screen of Bruno').getAttribute('data-role')).toBe('main');
  });

  it('whose picture has not come yet is said to be connecting, and whose camera is off has a letter', async () => {
    const watched = await visit(calm);
    const { page } = watched;
    await watched.page.evaluate((device) => window.fake?.media.withhold(device, true), deviceOf('Ana'));
    await joinCall(watched, (client) => {
      client.calls.enter('Ana');
      client.calls.enter('Kofi', { sources: [] });
    });
    await tileOf(page, 'Ana').getByRole('button', { name: 'Show large: Ana, connecting…' }).waitFor();
    await tileOf(page, 'Kofi').getByRole('button', { name: 'Show large: Kofi, microphone off' }).waitFor();
    await tileOf(page, 'Kofi').getByText('K', { exact: true }).waitFor();
    await page.evaluate((device) => window.fake?.media.withhold(device, false), deviceOf('Ana'));
    await tileOf(page, 'Ana').getByRole('button', { name: 'Show large: Ana', exact: true }).waitFor();
    await expect
      .poll(() =>
        tileOf(page, 'Ana')
          .locator('video')
          .evaluate((video: HTMLVideoElement) => video.videoWidth),
      )
      .toBeGreaterThan(0);
  });

  it('only what is seen is asked for, as high as it is seen, and nothing while nobody looks', async () => {
    const watched = await visit({ ...calm, context: phone });
    const { page } = watched;
    await joinCall(watched, (client) => {
      for (const letter of 'ABCDEFGHIJKLMNOP') client.calls.enter(`${letter}na`);
      client.calls.enter('Bna', { sources: ['microphone'] });
    });
    const height = await tileOf(page, 'Ana').evaluate((tile) => tile.clientHeight);
    await expect
      .poll(async () => (await shownIn(page)).find(({ device }) => device === deviceOf('Ana')))
      .toEqual({ device: deviceOf('Ana'), source: 'camera', height: Math.round(height * 2) });
    const first = (await shownIn(page)).map(({ device }) => device);
    // Neither whose camera is off, nor oneself, nor who is further down.
    for (const name of ['Bna', 'own', 'Pna']) expect(first).not.toContain(deviceOf(name));
    await tileOf(page, 'Pna').scrollIntoViewIfNeeded();
    await expect.poll(async () => (await shownIn(page)).map(({ device }) => device)).toContain(deviceOf('Pna'));
    await expect.poll(async () => (await shownIn(page)).map(({ device }) => device)).not.toContain(deviceOf('Ana'));
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => shownIn(page)).toEqual([]);
  });

  it('all others are heard, each once, and oneself never; what the browser refuses takes one button', async () => {
    const watched = await visit(calm);
    const { page, fake } = watched;
    await page.evaluate(() => {
      const { play } = HTMLMediaElement.prototype;
      Object.assign(window, { refusing: true });
      HTMLMediaElement.prototype.play = function refuse(this: HTMLMediaElement) {
        const { refusing } = window as unknown as { refusing: boolean };
        return refusing && this.tagName === 'AUDIO' ? Promise.reject(new DOMException('', 'NotAllowedError')) : play.call(this);
      };
    });
    await joinCall(watched, three);
    const sound = page.getByRole('button', { name: 'Turn sound on' });
    await sound.waitFor();
    await page.evaluate(() => Object.assign(window, { refusing: false }));
    await sound.click();
    await sound.waitFor({ state: 'detached' });
    const playing = () =>
      page.evaluate(() => [...document.querySelectorAll('audio')].filter((audio) => audio.srcObject && !audio.paused).length);
    // Ana and Kofi; Лена is muted.
    await expect.poll(playing).toBe(2);
    await fake((client) => client.calls.enter('Ana', { sources: ['microphone', 'screen', 'screen-audio'] }));
    await expect.poll(playing).toBe(3);
    await fake((client) => client.calls.exit('Ana'));
    await expect.poll(playing).toBe(1);
  });

  it('the words of the room and what sealing means are one press away', async () => {
    const watched = await visit(calm);
    const { page } = watched;
    await joinCall(watched, three);
    await stageOf(page).getByRole('button', { name: 'Sealed harbor velvet nephew orchard signal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sealed end to end' });
    await dialog.getByText('The host passes them on and can neither hear nor see them.').waitFor();
    expect(await dialog.getByRole('listitem').allTextContents()).toEqual(['harbor', 'velvet', 'nephew', 'orchard', 'signal']);
    await watched.fake((client) => client.setView({ words: ['zoo', 'velvet', 'nephew', 'orchard', 'signal'] }));
    await dialog.getByText('zoo').waitFor();
  });

  it('one of them is taken out of the page, and is asked for there', async () => {
    const watched = await visit(calm);
    const { page } = watched;
    await page.evaluate(() => {
      Object.defineProperty(document, 'pictureInPictureEnabled', { value: true });
      HTMLVideoElement.prototype.requestPictureInPicture = async () =>
        Object.assign(new EventTarget(), { height: 270 }) as unknown as PictureInPictureWindow;
    });
    await joinCall(watched, three);
    await controlsOf(page).getByRole('button', { name: 'More about the call' }).click();
    await page.getByRole('menuitem', { name: 'Picture in picture' }).click();
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => shownIn(page)).toEqual([{ device: deviceOf('Ana'), source: 'camera', height: 270 }]);
  });

  it('what others do is said once, and what one does oneself is not', async () => {
    const watched = await visit(calm);
    const { page, fake } = watched;
    await joinCall(watched, (client) => client.calls.enter('Ana'));
    const said = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor({ state: 'attached' });
    await fake((client) => client.calls.enter('Kofi'));
    await said('⁨Kofi⁩ joined the call');
    await fake((client) => client.calls.enter('Kofi', { hand: true }));
    await said('⁨Kofi⁩ raised a hand');
    await controlsOf(page).getByRole('button', { name: 'Raise your hand' }).click();
    await fake((client) => client.calls.exit('Kofi'));
    await said('⁨Kofi⁩ left the call');
  });
});
