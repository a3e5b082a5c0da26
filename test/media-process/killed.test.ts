import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { findEntry } from '../../src/server/children/find-entry.ts';
import { isAlive, untilTrue } from '../file-process/member.ts';
import { makeOffer } from '../support/call-peer.ts';
import { enter, hear, startMedia } from './callers.ts';

const soon = { timeout: 60_000 };

it('a media process that is killed comes back at its port, everybody is told, and calls go on when people have come again', async () => {
  const media = await startMedia();
  const { port } = media.process;
  for (let i = 0; i < 2; i++) {
    const [one, two] = [await enter(media, 'aa', 'udp4'), await enter(media, 'bb', 'tcp4')];
    expect(await hear(media, one, two)).toBe('hello');
    const [pid] = media.process.pids;
    process.kill(pid as number, 'SIGKILL');
    await expect.poll(() => media.ended.length, soon).toBe(2);
    expect(media.ended.splice(0).toSorted()).toEqual(['call aa call_lost', 'call bb call_lost']);
    // Those who ask at once wait for the next one: for 3 s, in which a machine that has nothing else to do has started it.
    const asked = performance.now();
    await enter(media, 'cc', 'udp4').catch(async (error: unknown) => {
      expect([(error as { code?: string }).code, performance.now() - asked > 2_900]).toEqual(['no_calls', true]);
      await expect.poll(() => media.log.at(-1), soon).toBe('back');
      await enter(media, 'cc', 'udp4');
    });
    expect(media.process.pids).not.toContain(pid);
    expect(media.process.port).toBe(port);
    media.process.leave('call', 'cc');
  }
  expect(media.log.filter((line) => line === 'back')).toHaveLength(2);
  // At once the first time, later each time that it dies again soon.
  expect(media.log.filter((line) => line.startsWith('dead'))).toEqual(['dead, again in 0', 'dead, again in 500']);
});

it('a media process that hangs is ended, and started again as if it had died', async () => {
  const media = await startMedia();
  await enter(media, 'aa', 'udp4');
  const [pid] = media.process.pids as [number];
  process.kill(pid, 'SIGSTOP');
  const stopped = performance.now();
  await expect.poll(() => media.ended, soon).toEqual(['call aa call_lost']);
  // Not before its time: a machine that is busy for a moment must not cost anybody a call.
  expect(performance.now() - stopped).toBeGreaterThan(9_000);
  expect(media.log).toContain('! media did not answer for 10 s and was ended');
  await expect.poll(() => media.log.at(-1), soon).toBe('back');
  const [one, two] = [await enter(media, 'aa', 'udp4'), await enter(media, 'bb', 'tcp4')];
  expect(await hear(media, one, two)).toBe('hello');
});

it('who asks while none comes back is told so in time, and is not in when it does', async () => {
  const media = await startMedia();
  // It dies as often as it starts, so that it waits longer and longer.
  const killer = setInterval(() => media.process.pids.forEach((pid) => process.kill(pid, 'SIGKILL')), 10);
  await expect.poll(() => media.log.filter((line) => line.startsWith('dead')).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
  const asked = performance.now();
  await expect(media.process.join('call', 'aa', makeOffer(new Uint8Array(32), 1, 2))).rejects.toMatchObject({ code: 'no_calls' });
  expect(performance.now() - asked).toBeGreaterThan(2_900);
  clearInterval(killer);
  await expect.poll(() => media.log.at(-1), { timeout: 60_000 }).toBe('back');
  const [one, two] = [await enter(media, 'bb', 'udp4'), await enter(media, 'cc', 'udp4')];
  expect(await hear(media, one, two)).toBe('hello');
  expect(media.ended).toEqual([]);
});

it('of several, each has a port, a call is in one of them, and one that dies takes its own calls along', async () => {
  const media = await startMedia({ workers: 2 });
  expect(media.process.pids).toHaveLength(2);
  const portOf = async (call: string, id: string) =>
    (await media.process.join(call, id, makeOffer(new Uint8Array(32), 1, 2))).candidates[0]?.port;
  const [one, two] = [await portOf('one', 'aa'), await portOf('two', 'aa')];
  expect([one, two].includes(media.process.port)).toBe(true);
  expect(Math.abs((one ?? 0) - (two ?? 0))).toBeGreaterThan(0);
  expect(Math.abs((one ?? 0) - (two ?? 0))).toBeLessThan(10);
  // Where the call is, though there is as much room elsewhere.
  expect([await portOf('one', 'bb'), await portOf('one', 'cc')]).toEqual([one, one]);
  const before = media.process.pids;
  process.kill(before[0] as number, 'SIGKILL');
  const first = one === media.process.port ? ['one aa', 'one bb', 'one cc'] : ['two aa'];
  await expect.poll(() => media.ended.toSorted(), soon).toEqual(first.map((member) => `${member} call_lost`));
  await expect.poll(() => media.log.at(-1), soon).toBe('back');
  expect(media.process.pids).toContain(before[1]);
});

it('ends with the channel to whoever started it, and the port is free', async () => {
  const { path, execArgv } = findEntry({ source: '../media/process/entry.ts', built: 'media-process.js', nursery: 16 });
  const child = fork(path, [], { execArgv: [...execArgv], serialization: 'advanced', stdio: 'ignore' as never });
  child.send({ kind: 'start', port: { requested: 0, preferred: 0 }, limits: {} });
  const [message] = (await once(child, 'message')) as [{ kind: string; port: number }];
  expect(message.kind).toBe('listening');
  child.disconnect();
  await untilTrue(() => !isAlive(child.pid as number), 'the media process ends');
  const next = await startMedia({ port: { requested: message.port, preferred: 0 } });
  expect(next.process.port).toBe(message.port);
});
