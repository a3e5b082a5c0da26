import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  checkStunIntegrity,
  createSrtpReceiver,
  createSrtpSender,
  decodeStun,
  encodeBindingResponse,
  formatFingerprint,
  hasStunFingerprint,
  makeDtlsCertificate,
  packetKindOf,
  parseFingerprint,
  readRtcp,
  readRtpHeader,
  readRtpPayload,
  readVp8,
  type RtcpPacket,
  SRTP_PROFILES,
  type SrtpProfile,
  type SrtpReceiver,
  writeRtcp,
} from '../../src/rtc/index.ts';
import { keysOf, openSocket, startDtls } from '../udp/sockets.ts';
import { launchChromium } from './support/chromium.ts';

/** Chromium's own media engine as the peer of ours: what we take for WebRTC is what it takes for it. */
let browser: Browser;
const cleanups: (() => void)[] = [];

beforeAll(async () => {
  browser = await launchChromium({ args: ['--allow-loopback-in-peer-connection'] });
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});
afterAll(() => browser.close());

const OURS = { fragment: 'abcd', password: 'apasswordofourslongenough' };
const PICTURES = 100;

it.each([
  ['server', 'AEAD_AES_128_GCM'],
  ['client', 'AES_CM_128_HMAC_SHA1_80'],
] as const)('a browser calls us, we are the %s of DTLS, and its pictures are opened: %s', async (role, profile) => {
  const [socket, certificate] = [await openSocket(), await makeDtlsCertificate()];
  const page = await browser.newPage();
  cleanups.push(
    () => socket.close(),
    () => void page.close(),
  );
  const offer = await page.evaluate(offerPictures);
  const line = (pattern: RegExp) => pattern.exec(offer)?.[1] ?? '';
  const peerFingerprint = parseFingerprint(line(/a=fingerprint:sha-256 (\S+)/)) as Buffer;

  let port = 0;
  const end = () => startDtls(socket, () => port, { role, certificate, peerFingerprint, profiles: [profile] });
  let ours = role === 'server' ? end() : undefined;
  const opener: { receiver?: SrtpReceiver } = {};
  const rtp: Buffer[] = [];
  const rtcp: RtcpPacket[] = [];
  socket.on('message', (datagram, from) => {
    const kind = packetKindOf(datagram);
    if (kind === 'stun') {
      const message = decodeStun(datagram);
      if (message?.kind !== 'request' || !checkStunIntegrity(message, OURS.password) || !hasStunFingerprint(message)) return;
      expect(message.username).toBe(`${OURS.fragment}:${line(/a=ice-ufrag:(\S+)/)}`);
      port = from.port;
      socket.send(encodeBindingResponse(message.transaction, from, OURS.password), from.port, from.address);
      ours ??= end();
      socket.emit('checked');
    } else if (kind === 'dtls') ours?.dtls.receive(datagram);
    else if (kind === 'rtp') {
      const packet = opener.receiver?.unprotectRtp(datagram);
      if (packet !== undefined && rtp.push(packet) >= PICTURES) socket.emit('enough');
    } else if (kind === 'rtcp') {
      const packet = opener.receiver?.unprotectRtcp(datagram);
      if (packet !== undefined) rtcp.push(...(readRtcp(packet) ?? []));
    }
  });

  const checked = once(socket, 'checked', { signal: AbortSignal.timeout(20_000) });
  await page.evaluate(
    takeAnswer,
    answerTo(offer, role, formatFingerprint(certificate.fingerprint), socket.address().port, line(/a=rtpmap:(\d+) VP8\/90000/)),
  );
  await checked;
  const keys = await keysOf(ours as NonNullable<typeof ours>);
  expect(keys.profile).toBe(profile satisfies SrtpProfile);
  expect(SRTP_PROFILES[keys.profile].saltLength).toBe(keys.ours.salt.length);
  opener.receiver = createSrtpReceiver(keys.theirs);
  const sender = createSrtpSender(keys.ours);
  await once(socket, 'enough', { signal: AbortSignal.timeout(30_000) });

  const headers = rtp.map((packet) => ({ header: readRtpHeader(packet), packet }));
  expect(headers.every(({ header }) => header !== undefined)).toBe(true);
  const pictures = headers.flatMap(({ header, packet }) => (header === undefined ? [] : [readVp8(readRtpPayload(packet, header))]));
  expect(pictures.filter((picture) => picture?.isStart).length).toBeGreaterThan(10);

  // It understands what we say of it.
  const [media = 0] = headers.map(({ header }) => header?.ssrc);
  for (const packet of [
    { kind: 'pli', sender: 1, media },
    { kind: 'nack', sender: 1, media, sequences: [headers[50]?.header?.sequence ?? 0] },
  ] as const) {
    const report = { kind: 'receiver_report', ssrc: 1, blocks: [] } as const;
    socket.send(sender.protectRtcp(writeRtcp([report, packet])) as Buffer, port, '127.0.0.1');
  }
  await page.waitForFunction(wasAsked, undefined, { timeout: 20_000 });
  expect(rtcp.some(({ kind }) => kind === 'sender_report')).toBe(true);
  ours?.dtls.close();
});

declare const window: { connection: RTCPeerConnection };

/** In the page: a canvas that changes, and the offer to send it. */
async function offerPictures(): Promise<string> {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 180;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  setInterval(() => {
    context.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
    context.fillRect(Math.random() * 300, Math.random() * 160, 80, 60);
  }, 30);
  const connection = new RTCPeerConnection();
  window.connection = connection;
  for (const track of canvas.captureStream(30).getTracks()) connection.addTrack(track);
  await connection.setLocalDescription();
  return connection.localDescription?.sdp ?? '';
}

async function takeAnswer(sdp: string): Promise<void> {
  await window.connection.setRemoteDescription({ type: 'answer', sdp });
}

/** In the page: has it heard that a key frame and a packet are wanted? */
async function wasAsked(): Promise<boolean> {
  for (const report of (await window.connection.getStats()).values()) {
    if (report.type === 'outbound-rtp' && report.pliCount >= 1 && report.nackCount >= 1) return true;
  }
  return false;
}

function answerTo(offer: string, role: 'client' | 'server', fingerprint: string, port: number, payloadType: string): string {
  const mid = /a=mid:(\S+)/.exec(offer)?.[1];
  return [
    ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=ice-lite'],
    ...[`m=video ${port} UDP/TLS/RTP/SAVPF ${payloadType}`, 'c=IN IP4 127.0.0.1', 'a=rtcp-mux', 'a=recvonly', `a=mid:${mid}`],
    ...[`a=ice-ufrag:${OURS.fragment}`, `a=ice-pwd:${OURS.password}`],
    ...[`a=fingerprint:sha-256 ${fingerprint}`, `a=setup:${role === 'server' ? 'passive' : 'active'}`],
    ...[`a=rtpmap:${payloadType} VP8/90000`, `a=rtcp-fb:${payloadType} nack`, `a=rtcp-fb:${payloadType} nack pli`],
    ...[`a=candidate:1 1 udp 2130706431 127.0.0.1 ${port} typ host`, 'a=end-of-candidates', ''],
  ].join('\r\n');
}
