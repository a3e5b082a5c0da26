import { expect, test } from 'vitest';
import { startRelay, temporaryFolder } from '../support/programs.ts';

const STOPPING_TIME = 5_000;

test('a relay stops at once, also after somebody on long polling has gone', async () => {
  const { relay, ports } = await startRelay(temporaryFolder());
  const polling = `http://127.0.0.1:${ports.web}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1));
  const session = `${polling}&sid=${sid}`;
  const say = (packet: string) => fetch(session, { method: 'POST', body: packet });
  await say('40');
  await (await fetch(session)).text();
  // Whoever is sent away hears why, and asks no more: the relay cannot say goodbye.
  await say('42["f","no bytes"]');
  for (let heard = ''; !heard.endsWith('41');) heard = await (await fetch(session)).text();

  const began = performance.now();
  relay.kill('SIGTERM');
  expect(await relay.exit).toBe(0);
  expect(relay.events.at(-1)).toEqual({ event: 'stopped' });
  expect(performance.now() - began).toBeLessThan(STOPPING_TIME);
});
