/** Our media process, as the relay starts it. */
import { register } from 'tsx/esm/api';
import { legOf, others, PAYLOADS, sendsOf, ssrcsOf, TRANSPORT_CC } from './streams.mjs';

const CALL = 'ca11';
const HEIGHT = 180;

export async function startCorrillo() {
  // Not by tsImport: it finds its process by its own name, to which tsImport adds something.
  const unregister = register();
  const { startMediaProcess } = await import('../../src/server/media/process/supervisor.ts');
  const { systemClock } = await import('../../src/server/clock.ts');
  await unregister();
  const media = await startMediaProcess({ port: { requested: 0, preferred: 9020 } }, systemClock, {
    onEnded: (_call, member, code) => console.error(`${member} was put out: ${code}`),
    onDemand() {},
    onDeath: () => console.error('the media process died'),
    onBack() {},
    onLog: (line) => console.error(line),
  });
  const idOf = (member) => Buffer.alloc(8, member + 1).toString('hex');
  return {
    name: 'Corrillo',
    pid: media.pids[0],
    hasRepeats: true,
    async setUp(generators, members, address) {
      const slotsOf = (member) =>
        others(member, members).flatMap((_, i) => [
          { kind: 'audio', ssrc: 0x7000_0000 + member * 1_000 + i * 10 },
          { kind: 'video', ssrc: 0x7000_0000 + member * 1_000 + i * 10 + 1, rtx: 0x7000_0000 + member * 1_000 + i * 10 + 2 },
        ]);
      const joined = [];
      for (let member = 0; member < members; member++) {
        const { ufrag, fingerprint } = await generators.make(member, legOf(member));
        const { audio, video, rtx } = ssrcsOf(member);
        const answer = await media.join(CALL, idOf(member), {
          ufrag,
          fingerprint: Uint8Array.from(fingerprint),
          payloads: PAYLOADS,
          extensions: { transportCc: TRANSPORT_CC },
          sends: [
            { source: 'microphone', mid: '0', ssrc: audio },
            { source: 'camera', mid: '1', ssrc: video, rtx },
          ],
          slots: slotsOf(member),
        });
        joined.push(answer);
      }
      for (const [member, answer] of joined.entries()) {
        const to = {
          address,
          port: media.port,
          ufrag: answer.ufrag,
          pwd: answer.pwd,
          fingerprint: [...answer.fingerprint],
          transportCc: TRANSPORT_CC,
        };
        const receives = slotsOf(member).map((slot) => ({ ...slot, payloadType: slot.kind === 'audio' ? PAYLOADS.opus : PAYLOADS.vp8 }));
        await generators.connect(member, legOf(member), to, sendsOf(member, members), receives);
        const wants = others(member, members).flatMap((other, i) => {
          const device = Buffer.from(idOf(other), 'hex');
          return [
            { slot: 2 * i, device, source: 'microphone', height: 0 },
            { slot: 2 * i + 1, device, source: 'camera', height: HEIGHT },
          ];
        });
        media.want(CALL, idOf(member), wants);
      }
    },
    tearDown(members) {
      for (let member = 0; member < members; member++) media.leave(CALL, idOf(member));
    },
    stop: () => media.stop(),
  };
}
