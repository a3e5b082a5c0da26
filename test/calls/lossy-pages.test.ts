import { expect, it } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { useCallPage } from '../browser/support/call-site.ts';
import { openBadCarrier } from '../support/bad-carrier.ts';
import { begin, gather, type Somebody, untilAllMeet } from './gathering.ts';
import { placeOf, receive } from './reception.ts';

const origin = useCallPage();
const SECONDS = lengthOf('lossyPages');
const BADNESS = { loss: 0.05, jitter: 50 };
/** Pictures a second, ms without any, and the part of the sound that is made up. */
const [LEAST, LONGEST, CONCEALED] = [10, 2_000, 0.1];
/** Packets that a page sends in a second at least: those of its sound. */
const SOUND = 50;

it('two pages on a network that loses 5 % and shakes by 50 ms see and hear each other', async () => {
  const { people, media } = await gather(origin(), 'red', 'green');
  const [red, green] = people as [Somebody, Somebody];
  const carriers = await Promise.all(people.map((_, i) => openBadCarrier(media, BADNESS, i + 1)));
  await Promise.all(people.map(({ page }, i) => page.evaluate((port) => window.desk.lead(port), carriers[i]?.port as number)));
  await begin(people);
  await untilAllMeet(people);
  const receptions = await Promise.all([receive(red, green, SECONDS), receive(green, red, SECONDS)]);
  for (const [i, { pictures, longest, samples, concealed, silent, keyFrames }] of receptions.entries()) {
    const { to, back } = carriers[i] as (typeof carriers)[number];
    process.stdout.write(
      `${people[i]?.name}: ${pictures.toFixed(1)} pictures a second, at most ${Math.round(longest)} ms apart, ${keyFrames} key frames, ` +
        `${((100 * concealed) / samples).toFixed(1)} % of ${samples} samples concealed (${((100 * silent) / samples).toFixed(1)} % as silence); ` +
        `lost ${to.lost} of ${to.sent} packets from it, ${back.lost} of ${back.sent} to it\n`,
    );
  }
  for (const [i, { pictures, longest, samples, concealed }] of receptions.entries()) {
    expect(pictures).toBeGreaterThanOrEqual(LEAST);
    expect(longest).toBeLessThanOrEqual(LONGEST);
    // As much sound as time: nothing was left out where it could not be counted.
    expect(samples).toBeGreaterThan(0.9 * 48_000 * SECONDS);
    expect(concealed / samples).toBeLessThan(CONCEALED);
    const { port, to, back } = carriers[i] as (typeof carriers)[number];
    expect(await placeOf(people[i] as Somebody)).toBe(`udp ${port}`);
    for (const { sent, lost } of [to, back]) {
      expect(sent).toBeGreaterThan(SOUND * SECONDS);
      expect(lost / sent).toBeGreaterThan(0.03);
      expect(lost / sent).toBeLessThan(0.07);
    }
  }
  // Still what they were before, and not what a decoder makes of what is broken.
  await untilAllMeet(people);
});
