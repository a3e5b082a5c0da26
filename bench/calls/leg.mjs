/** One connection of a member of a call with whatever forwards: its own socket, checks, a handshake, sealed packets, and what a client says about them. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { tsImport } from 'tsx/esm/api';
import { clock, createSource, readMark, streamOf } from './traffic.mjs';

const rtc = await tsImport('../../src/rtc/index.ts', import.meta.url);
const streams = await tsImport('../../src/server/media/streams/index.ts', import.meta.url);
const { toNtp } = await tsImport('../../src/server/media/streams/numbers.ts', import.meta.url);

const certificate = await rtc.makeDtlsCertificate();
const POLL = 10;
const REPORT = 1_000;
const CHECK = 2_000;
const ROUND_TRIP = 20;
const BUFFER = 4 * 1024 * 1024;
const PATIENCE = 20_000;

/** @param isPlain nothing is sealed: for a relay that knows nothing */
export async function createLeg({ isPlain, onPacket }) {
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  socket.setRecvBufferSize(BUFFER);
  socket.setSendBufferSize(BUFFER);
  const ufrag = randomBytes(6).toString('hex');
  const pwd = randomBytes(16).toString('hex');
  const arrivals = streams.createArrivals();
  const receiversBySsrc = new Map();
  let remote;
  let [sealer, opener, dtls] = [undefined, undefined, undefined];
  let sources = [];
  let number = 0;
  let reported = 0;
  const timers = [];
  let speaker = 1;

  const sendRaw = (packet) => socket.send(packet, remote.port, remote.address);
  function send(packet) {
    const sealed = isPlain ? packet : sealer?.protectRtp(packet);
    if (sealed !== undefined) sendRaw(sealed);
    return sealed;
  }
  function sendRtcp(packets) {
    const sealed = packets.length > 0 && !isPlain ? sealer?.protectRtcp(rtc.writeRtcp(packets)) : undefined;
    if (sealed !== undefined) sendRaw(sealed);
  }
  const check = () =>
    sendRaw(
      rtc.encodeBindingRequest({
        username: `${remote.ufrag}:${ufrag}`,
        password: remote.pwd,
        priority: 1,
        role: 'controlling',
        tieBreaker: 1n,
        useCandidate: true,
      }),
    );

  /** Janus checks too. */
  function answerCheck(packet, from) {
    const message = rtc.decodeStun(packet);
    if (message?.kind !== 'request' || !rtc.checkStunIntegrity(message, pwd)) return;
    socket.send(rtc.encodeBindingResponse(message.transaction, from, pwd), from.port, from.address);
  }

  function takeRtp(bytes, now) {
    const header = rtc.readRtpHeader(bytes);
    const receiver = header && receiversBySsrc.get(header.ssrc);
    if (receiver === undefined) return;
    if (remote.transportCc) {
      const extension = rtc.findRtpExtension(bytes, header, remote.transportCc);
      if (extension) arrivals.add(extension.readUInt16BE(0), header.ssrc, now);
    }
    const isRepeat = header.ssrc !== receiver.inbound.ssrc;
    const highest = receiver.inbound.highest;
    const packet = isRepeat ? receiver.inbound.receiveRtx(bytes, now) : receiver.inbound.receive(bytes, header, now);
    if (packet === undefined) return;
    const mark = readMark(packet.bytes, packet);
    if (mark === undefined) return;
    // Renumbered, a stream's packets still follow each other as they did.
    receiver.shift ??= mark.count - packet.index;
    receiver.stream ??= streamOf(mark);
    onPacket({
      mark,
      delay: now - mark.time,
      isRepeat,
      isLate: packet.index < highest,
      isMisplaced: mark.count - packet.index !== receiver.shift,
    });
  }

  function takeRtcp(bytes, now) {
    for (const packet of rtc.readRtcp(bytes) ?? []) {
      if (packet.kind === 'nack') sources.find(({ ssrc }) => ssrc === packet.media)?.resend(packet.sequences, sendRaw);
      else if (packet.kind === 'pli') sources.find(({ ssrc }) => ssrc === packet.media)?.askKey();
      else if (packet.kind === 'fir') for (const { ssrc } of packet.requests) sources.find((source) => source.ssrc === ssrc)?.askKey();
      else if (packet.kind === 'sender_report') receiversBySsrc.get(packet.ssrc)?.inbound.setTime(packet, now);
    }
  }

  function poll() {
    const now = clock();
    const said = [];
    const isDue = now - reported > REPORT;
    if (isDue) reported = now;
    const blocks = [];
    for (const [ssrc, { inbound }] of receiversBySsrc) {
      if (ssrc !== inbound.ssrc) continue;
      said.push(...inbound.poll(now, ROUND_TRIP, speaker));
      if (isDue) blocks.push(...[inbound.report(now)].filter(Boolean));
    }
    if (remote.transportCc) said.push(...arrivals.poll(now, speaker));
    if (isDue) {
      for (const source of sources) {
        const { packets, bytes } = source.sent;
        said.push({
          kind: 'sender_report',
          ssrc: source.ssrc,
          ntp: toNtp(now),
          timestamp: source.timestampAt(now),
          packets,
          bytes,
          blocks: [],
        });
      }
    }
    if (said.length > 0 || isDue) sendRtcp([{ kind: 'receiver_report', ssrc: speaker, blocks: blocks.slice(0, 31) }, ...said]);
  }

  socket.on('message', (packet, from) => {
    const now = clock();
    const kind = rtc.packetKindOf(packet);
    if (kind === 'stun') answerCheck(packet, from);
    if (kind === 'dtls') dtls?.receive(packet);
    else if (kind === 'rtp') {
      const opened = isPlain ? packet : opener?.unprotectRtp(packet);
      if (opened) takeRtp(opened, now);
    } else if (kind === 'rtcp') {
      const opened = opener?.unprotectRtcp(packet);
      if (opened) takeRtcp(opened, now);
    }
  });

  return {
    ufrag,
    pwd,
    fingerprint: certificate.fingerprint,
    port: socket.address().port,
    /**
     * @param to address, port, ufrag, pwd, fingerprint; transportCc: the id of the extension
     * @param sends what createSource takes, @param receives {ssrc, rtx, kind, payloadType}
     */
    async connect(to, sends, receives) {
      remote = to;
      for (const { ssrc, rtx, kind, payloadType } of receives) {
        const inbound = streams.createInbound({ kind, ssrc, payloadType, source: '', clock: streams.createPublisherClock() });
        const receiver = { inbound, shift: undefined, stream: undefined };
        receiversBySsrc.set(ssrc, receiver);
        if (rtx) receiversBySsrc.set(rtx, receiver);
      }
      const nextNumber = () => number++ & 0xffff;
      sources = sends.map((one) => createSource({ ...one, send, nextNumber, transportCc: isPlain ? undefined : to.transportCc }));
      speaker = sends[0]?.ssrc ?? 1;
      if (!isPlain) {
        check();
        timers.push(setInterval(check, CHECK));
        await new Promise((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error('no handshake in time')), PATIENCE);
          dtls = rtc.createDtls({
            role: 'client',
            certificate,
            peerFingerprint: Uint8Array.from(to.fingerprint),
            profiles: ['AEAD_AES_128_GCM'],
            send: sendRaw,
            onKeys(keys) {
              sealer = rtc.createSrtpSender(keys.ours);
              opener = rtc.createSrtpReceiver(keys.theirs);
              clearTimeout(timer);
              resolve();
            },
            onEnd: (why) => reject(new Error(`the handshake ended: ${why}`)),
          });
        });
      } else sendRaw(Buffer.from([0]));
      timers.push(setInterval(poll, POLL));
    },
    /** Sends what is due now. */
    send(now) {
      for (const source of sources) source.poll(now);
    },
    /** Numbers that were skipped in what came, from the first packet on: lost on the way, and not asked for in time. */
    missing() {
      const now = clock();
      return [...receiversBySsrc].reduce(
        (sum, [ssrc, { inbound }]) => sum + (ssrc === inbound.ssrc ? (inbound.report(now)?.lost ?? 0) : 0),
        0,
      );
    },
    /** How what goes out and comes in here is numbered: what addedDelays takes. */
    streams: () => ({
      port: socket.address().port,
      sends: sources.map(({ ssrc, stream, shift }) => ({ ssrc, stream, shift })),
      receives: [...receiversBySsrc].flatMap(([ssrc, { inbound, stream, shift }]) =>
        ssrc === inbound.ssrc && stream !== undefined ? [{ ssrc, stream, shift }] : [],
      ),
    }),
    counts: () => sources.map(({ count, sent }) => ({ count, ...sent })),
    close() {
      for (const timer of timers) clearInterval(timer);
      dtls?.close();
      socket.close();
    },
  };
}
