import { randomBytes } from 'node:crypto';
import { afterAll } from 'vitest';
import { makeDtlsCertificate } from '../../src/rtc/index.ts';
import { systemClock } from '../../src/server/clock.ts';
import type { MediaEvents } from '../../src/server/media/media-engine.ts';
import { type MediaProcess, startMediaProcess } from '../../src/server/media/process/supervisor.ts';
import { createSfu } from '../../src/server/media/sfu/sfu.ts';
import { createMemoryMedia } from '../../src/server/index.ts';
import { mediaEngineContract } from './media-engine.ts';

mediaEngineContract('memory', async (events) => {
  const engine = createMemoryMedia(events);
  return { engine, destroy: engine.close };
});

mediaEngineContract('the SFU', async (events) => {
  const engine = createSfu({
    clock: systemClock,
    random: randomBytes,
    certificate: await makeDtlsCertificate(),
    candidates: () => [{ protocol: 'udp', address: '192.0.2.1', port: 9020 }],
    send: () => {},
    events,
    onFault(error) {
      throw error;
    },
  });
  return { engine, destroy: engine.close };
});

for (const workers of [1, 2]) {
  /** Starting one takes longer than all that is asked of it: it goes on to the next test, under other names. */
  let running: Promise<MediaProcess> | undefined;
  let events: MediaEvents | undefined;
  let tests = 0;
  const bare = (call: string) => call.slice(call.indexOf(':') + 1);
  const start = () =>
    startMediaProcess({ port: { requested: 0, preferred: 0 }, workers }, systemClock, {
      onEnded: (call, member, code) => events?.onEnded(bare(call), member, code),
      onDemand: (call, member, demand) => events?.onDemand(bare(call), member, demand),
      onDeath() {},
      onBack() {},
      onLog() {},
    });
  const stop = async () => (await running)?.stop();
  afterAll(stop);

  mediaEngineContract(`${workers} of the media process`, async (given) => {
    running ??= start();
    const process = await running;
    const prefix = `${++tests}:`;
    const there = new Map<string, [string, string]>();
    events = given;
    return {
      engine: {
        join(call, member, offer) {
          there.set(`${call} ${member}`, [prefix + call, member]);
          return process.join(prefix + call, member, offer);
        },
        want: (call, member, wants) => process.want(prefix + call, member, wants),
        leave: (call, member) => process.leave(prefix + call, member),
        async close() {
          await process.close();
          running = undefined;
        },
      },
      async destroy() {
        events = undefined;
        for (const [call, member] of there.values()) process.leave(call, member);
      },
    };
  });
}
