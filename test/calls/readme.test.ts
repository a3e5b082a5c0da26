import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { enterCall, tileOf } from '../browser/support/calling.ts';
import { type DrawnPerson, writeDrawnPerson } from '../browser/support/drawn-people.ts';
import { seenAndHeard, writeTone } from '../browser/support/films.ts';
import { settle, visit } from '../browser/support/place.ts';
import { takeReadmePhoto } from '../browser/support/screenshots.ts';
import { comeIn, foundRoom, lineOf, personIn, readLink, say } from '../browser/support/talking.ts';

const PEOPLE: Readonly<Record<'Marta' | 'Leo' | 'Abuela', DrawnPerson>> = {
  Marta: {
    wall: [
      [232, 214, 190],
      [196, 166, 138],
    ],
    window: [190, 224, 240],
    skin: [226, 178, 148],
    hair: [70, 42, 30],
    longHair: true,
    shirt: [38, 112, 120],
    glasses: null,
  },
  Leo: {
    wall: [
      [176, 198, 214],
      [112, 138, 164],
    ],
    window: [250, 214, 150],
    skin: [198, 142, 106],
    hair: [32, 26, 26],
    longHair: false,
    shirt: [206, 92, 62],
    glasses: null,
  },
  Abuela: {
    wall: [
      [214, 222, 196],
      [160, 176, 140],
    ],
    window: [226, 240, 250],
    skin: [236, 196, 172],
    hair: [222, 220, 216],
    longHair: true,
    shirt: [132, 84, 140],
    glasses: [60, 60, 74],
  },
};
type Name = keyof typeof PEOPLE;

/** A picture of that person is on the screen, as tall as it was asked for. */
const isSeen = (page: Page, name: string) =>
  tileOf(page, name)
    .locator('video')
    .evaluate((video: HTMLVideoElement) => video.videoHeight >= 180 && video.currentTime > 0);

it('a family calls: README’s picture of it', async () => {
  const place = await settle({ calls: true });
  const open = (name: Name) => {
    const file = `${place.folder}/${name}`;
    writeDrawnPerson(`${file}.y4m`, PEOPLE[name]);
    writeTone(`${file}.wav`, 0);
    return place.openAnother(seenAndHeard(`${file}.y4m`, `${file}.wav`));
  };
  const marta = await visit(await open('Marta'), place.founder, { viewport: { width: 1200, height: 720 }, colorScheme: 'light' });
  await foundRoom(marta, 'Marta', 'Familia Robles');
  const link = await readLink(marta);
  const others: Page[] = [];
  for (const name of ['Leo', 'Abuela'] as const) {
    const page = await visit(await open(name), link, { viewport: { width: 800, height: 600 } });
    await comeIn(page, name);
    await personIn(marta, name).waitFor();
    others.push(page);
  }
  const [leo, abuela] = others as [Page, Page];
  await say(marta, 'Shall we call? Then you can see the ladder.');
  await enterCall(marta);
  await enterCall(leo);
  await enterCall(abuela);
  await say(leo, 'Hola, abuela, ¡se te ve genial!');
  await say(abuela, 'Pues claro, y sin salir de casa.');
  for (const name of ['Leo', 'Abuela']) await expect.poll(() => isSeen(marta, name)).toBe(true);
  await lineOf(marta, 'sin salir de casa').waitFor();
  await marta.mouse.move(0, 0);
  await takeReadmePhoto(marta, 'call');
  expect(await tileOf(marta, 'Abuela').locator('video').count()).toBe(1);
});
