/** Our media process as it is built, and told what the relay tells it: what tsx runs pays for names that nobody reads. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { root } from '../../scripts/parts.mjs';
import { legOf, others, PAYLOADS, sendsOf, ssrcsOf, TRANSPORT_CC } from './streams.mjs';

const CALL = 'ca11';
const HEIGHT = 180;

/** @param flags of Node, beside those that the relay gives it */
export async function startCorrillo(flags = []) {
  const { findEntry } = await tsImport('../../src/server/children/find-entry.ts', import.meta.url);
  const { MEDIA_KIND } = await tsImport('../../src/server/media/process/media-worker.ts', import.meta.url);
  const { path, execArgv } = findEntry(MEDIA_KIND.entry, pathToFileURL(join(root, 'dist', 'main.js')).href);
  const child = fork(path, [], { execArgv: [...execArgv, ...flags], serialization: 'advanced' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const waiting = new Map();
  let isStopping = false;
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('the media process ended'));
    if (!isStopping) console.error('the media process ended');
  });
  const answered = (name) => new Promise((resolve, reject) => waiting.set(name, { resolve, reject }));
  child.on('message', (message) => {
    if (message.kind === 'ended') console.error(`${message.member} was put out: ${message.code}`);
    const waiter = waiting.get(message.member ?? 'start');
    if (message.kind === 'failed' || message.kind === 'refused') waiter?.reject(new Error(message.code));
    else if (message.kind === 'listening' || message.kind === 'joined') waiter?.resolve(message);
    else return;
    waiting.delete(message.member ?? 'start');
  });
  const listening = answered('start');
  child.send({ kind: 'start', port: { requested: 0, preferred: 9020 }, limits: {} });
  const { port } = await listening;
  const media = {
    async join(call, member, offer) {
      const joined = answered(member);
      child.send({ kind: 'join', call, member, stay: 1, offer });
      return (await joined).answer;
    },
    want: (call, member, wants) => child.send({ kind: 'want', call, member, wants }),
    leave: (call, member) => child.send({ kind: 'leave', call, member }),
  };
  const idOf = (member) => Buffer.alloc(8, member + 1).toString('hex');
  return {
    name: 'Corrillo',
    pid: child.pid,
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
          port,
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
    async stop() {
      isStopping = true;
      child.send({ kind: 'stop' });
      await ended;
    },
  };
}
