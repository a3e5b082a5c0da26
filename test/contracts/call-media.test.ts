import { createFakeMedia } from '../support/fake-call-media.ts';
import { callMediaContract, type CallEnd } from './call-media.ts';

callMediaContract('values in memory', async () => {
  const fake = createFakeMedia();
  const engine = fake.engine({ onEnded: () => {}, onDemand: () => {} });
  const end = (name: string, device: string): CallEnd => ({
    media: fake.mediaFor(name),
    device,
    join: (offer) => engine.join('call', device, offer),
    want: (wants) => engine.want('call', device, wants),
  });
  const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
  return {
    ana: end('Ana', 'aa'.repeat(32)),
    juan: end('Juan', 'bb'.repeat(32)),
    async until(holds) {
      for (let i = 0; i < 100; i++) {
        if (holds()) return;
        fake.tick();
        await turn();
      }
      throw new Error('it never came about');
    },
    async pass() {
      for (let i = 0; i < 5; i++) fake.tick();
      await turn();
    },
    async close() {
      await engine.close();
    },
  };
});
