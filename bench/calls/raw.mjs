import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { legOf, others, PAYLOADS, sendsOf, ssrcsOf } from './streams.mjs';

export async function startRaw() {
  const child = fork(fileURLToPath(new URL('raw-relay.mjs', import.meta.url)));
  const [{ port }] = await once(child, 'message');
  const ended = once(child, 'exit');
  return {
    name: 'dgram alone, nothing sealed',
    pid: child.pid,
    hasRepeats: false,
    async setUp(generators, members, address) {
      for (let member = 0; member < members; member++) {
        await generators.make(member, legOf(member), true);
        const receives = others(member, members).flatMap((other) => {
          const { audio, video } = ssrcsOf(other);
          return [
            { kind: 'audio', ssrc: audio, payloadType: PAYLOADS.opus },
            { kind: 'video', ssrc: video, payloadType: PAYLOADS.vp8 },
          ];
        });
        await generators.connect(member, legOf(member), { address, port }, sendsOf(member, members), receives);
      }
    },
    tearDown() {},
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}
