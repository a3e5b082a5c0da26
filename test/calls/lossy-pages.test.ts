import { expect, it } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { useCallPage } from '../browser/support/call-site.ts';
import { openBadCarrier } from '../support/bad-carrier.ts';
import { begin, gather, type Somebody, untilAllMeet } from './gathering.ts';
import { placeOf, receive, type Reception, soundRepairsOf } from './reception.ts';

const origin = useCallPage();
const SECONDS = lengthOf('lossyPages');
/** Stretches of so many seconds, of which one has to be good: what machines do beside it is not what is asked here. */
const TRIES = 4;
const BADNESS = { loss: 0.05, jitter: 50 };
/** Pictures a second, ms without any, and the part of the sound that is made up. */
const [LEAST, LONGEST, CONCEALED] = [10, 2_000, 0.1];
/** Samples of sound and packets of it in a second. */
const [SAMPLES, SOUND] = [48_000, 50];

const inWords = ({ pictures, longest, samples, concealed, silent, keyFrames }: Reception): string =>
  `${pictures.toFixed(1)} pictures a second, none for ${Math.round(longest)} ms at most, ${keyFrames} key frames, ` +
  `${((100 * concealed) / samples).toFixed(1)} % of ${samples} samples concealed (${((100 * silent) / samples).toFixed(1)} % with silence)`;

/** As much sound as time: nothing may be left out where it is not counted. */
const isGood = ({ pictures, longest, samples, concealed }: Reception): boolean =>
  pictures >= LEAST && longest <= LONGEST && samples > 0.9 * SAMPLES * SECONDS && concealed / samples < CONCEALED;

it('two pages on a network that loses 5 % and shakes by 50 ms see and hear each other', async () => {
  const { people, media } = await gather(origin(), 'red', 'green');
  const [red, green] = people as [Somebody, Somebody];
  const carriers = await Promise.all(people.map((_, i) => openBadCarrier(media, BADNESS, i + 1)));
  await Promise.all(people.map(({ page }, i) => page.evaluate((port) => window.desk.lead(port), carriers[i]?.port as number)));
  await begin(people);
  await untilAllMeet(people);
  const bad: string[] = [];
  for (let tries = 0; tries < TRIES && bad.length === tries; tries++) {
    const receptions = await Promise.all([receive(red, green, SECONDS), receive(green, red, SECONDS)]);
    const lines = receptions.map((reception, i) => `${people[i]?.name}: ${inWords(reception)}`);
    process.stdout.write(`${lines.join('\n')}\n`);
    if (!receptions.every(isGood)) bad.push(lines.join('; '));
  }
  expect(bad, bad.join('\n')).not.toHaveLength(TRIES);
  for (const [i, { port, to, back }] of carriers.entries()) {
    process.stdout.write(`${people[i]?.name}: ${to.lost} of ${to.sent} packets from it were lost, ${back.lost} of ${back.sent} to it\n`);
    // It went that way and no other.
    expect(await placeOf(people[i] as Somebody)).toBe(`udp ${port}`);
    for (const { sent, lost } of [to, back]) {
      expect(sent).toBeGreaterThan(SOUND * SECONDS);
      expect(lost / sent).toBeGreaterThan(0.02);
      expect(lost / sent).toBeLessThan(0.08);
    }
  }
  for (const one of people) {
    const { asked, repeated } = await soundRepairsOf(one);
    process.stdout.write(`${one.name}: asked ${asked} times for sound, and sent ${repeated} packets of it again\n`);
    expect(Math.min(asked, repeated)).toBeGreaterThan(0);
  }
  // Still what they were before, and not what a decoder makes of what is broken.
  await untilAllMeet(people);
});
