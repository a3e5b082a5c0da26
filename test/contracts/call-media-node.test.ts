import { createTransport } from '../../src/client/node/calls/transport.ts';
import type { CallMachine } from '../../src/client/node/calls/media-ports.ts';
import { systemNetwork } from '../../src/client/node/calls/network/system-network.ts';
import { makeDtlsCertificate } from '../../src/rtc/index.ts';
import { startMediaServer } from '../../src/server/media/process/media-server.ts';
import { callMediaContract, type CallEnd } from './call-media.ts';

/** A camera and a microphone that say the same all the time, and eyes and ears that take everything in. */
function createMachine(): CallMachine {
  return {
    async capture(source, { onFrame }) {
      const isPicture = source === 'camera' || source === 'screen';
      let count = 0;
      const give = () => {
        // In a picture that hangs on no other one, every frame is a key frame: whoever comes late sees it.
        const frame = Buffer.alloc(isPicture ? 1_500 : 80, count);
        frame[0] = 0;
        onFrame(frame, isPicture);
        count += 1;
      };
      const timer = setInterval(give, isPicture ? 66 : 20);
      return { requestKey() {}, want() {}, lessen() {}, close: async () => clearInterval(timer) };
    },
    decode: (_device, _source, { onDecoded }) => ({ take: (frame) => frame && onDecoded(), close() {} }),
  };
}

callMediaContract('Node’s own WebRTC, over UDP', async () => {
  const server = await startMediaServer({ requested: 0, preferred: 0 }, {}, { onEnded() {}, onDemand() {} });
  const end = (device: string): CallEnd => ({
    media: {
      open: async (events) =>
        createTransport({ certificate: await makeDtlsCertificate(), network: systemNetwork, machine: createMachine() }, events),
    },
    device,
    join: (offer) => server.sfu.join('aa', device, offer),
    want: (wants) => server.sfu.want('aa', device, wants),
  });
  const wait = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
  return {
    ana: end('aa'.repeat(32)),
    juan: end('bb'.repeat(32)),
    async until(holds) {
      const end = Date.now() + 20_000;
      while (!holds()) {
        if (Date.now() > end) throw new Error('it never came about');
        await wait(20);
      }
    },
    // What comes is counted each second.
    pass: () => wait(1_200),
    close: () => server.stop(),
  };
});
