import { systemClock as clientClock } from '../../src/client/clock.ts';
import { systemClock as serverClock } from '../../src/server/index.ts';
import { createManualClock } from '../server/world.ts';
import { createVirtualClock } from '../sim/virtual-clock.ts';
import { clockContract } from './clock.ts';

const pass = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

clockContract('the relay’s', () => ({ clock: serverClock, pass }));

clockContract('the engine’s', () => ({ clock: clientClock, pass }));

clockContract('by hand', () => {
  const clock = createManualClock();
  return { clock, pass: async (ms) => clock.advance(ms) };
});

clockContract('of the simulation', () => {
  const clock = createVirtualClock();
  return {
    clock,
    async pass(ms) {
      const end = clock.now() + ms;
      let over = false;
      clock.after(ms, () => (over = true));
      while (!over && (clock.nextAt() ?? end) <= end) clock.runNext();
    },
  };
});
