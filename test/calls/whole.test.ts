import { describe, expect, it } from 'vitest';
import { useCallPage } from '../browser/support/call-site.ts';
import { mediaPidsOf } from '../support/caller.ts';
import { timeOf } from '../support/pace.ts';
import { ALL_OF_TWO, begin, countShares, gather, meets, membersOf, show, type Somebody, untilAllMeet } from './gathering.ts';

const origin = useCallPage();

describe('a call', () => {
  it('of three goes through a real relay: colours and tones arrive, nearly all of them', async () => {
    const { people } = await gather(origin(), 'red', 'green', 'blue');
    await begin(people);
    await untilAllMeet(people);
    for (const one of people) {
      // Some seconds in which nearly all arrives and is decoded: what machines do beside it is not what is asked here.
      await expect.poll(() => countShares(one), { timeout: 60_000, interval: 0 }).toEqual(ALL_OF_TWO);
    }
  });

  it('is without who leaves, and with who comes again', async () => {
    const { people } = await gather(origin(), 'red', 'green', 'blue');
    const [red, green, blue] = people as [Somebody, Somebody, Somebody];
    await begin(people);
    await untilAllMeet(people);
    await blue.page.evaluate(() => window.desk.chat?.client.calls.leave());
    await expect.poll(() => membersOf(red)).toEqual(['green', 'red']);
    expect(await red.page.evaluate((device) => window.desk.calls.tracks.of(device, 'camera'), blue.device)).toBeNull();
    // Nothing of it is captured any more.
    expect(await blue.page.evaluate(() => window.desk.calls.tracks.own('camera'))).toBeNull();
    await meets(green, red);
    await begin([blue]);
    await show(blue, [red, green]);
    await untilAllMeet(people);
  });

  it('comes back by itself when the process that forwards it is killed', async () => {
    const { relay, people } = await gather(origin(), 'red', 'green');
    await begin(people);
    await untilAllMeet(people);
    const back = Promise.all(people.map(untilBack));
    const [pid] = (await mediaPidsOf(relay.child.pid as number)) as [number];
    process.kill(pid, 'SIGKILL');
    const yardstick = timeOf(process.execPath, '-e', '0');
    // Where starting nothing at all takes seconds, so may this.
    const most = Math.max(3000, 10 * (await yardstick));
    for (const ms of await back) expect(ms).toBeLessThan(most);
    await untilAllMeet(people);
  });
});

/** ms from the loss of the call until this page is in it again, and packets flow. */
function untilBack({ page }: Somebody): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const { client, room } = window.desk.chat as NonNullable<typeof window.desk.chat>;
        let lost: number | undefined;
        const off = client.on((event) => {
          if (event.event === 'call' && client.calls.view(room)?.state === 'waiting') lost ??= performance.now();
          if (lost === undefined || event.event !== 'call' || client.calls.view(room)?.state !== 'in') return;
          off();
          resolve(performance.now() - lost);
        });
      }),
  );
}
