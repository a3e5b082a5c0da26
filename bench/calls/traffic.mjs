/** What a camera and a microphone send: VP8 of 320×180, 15 pictures a second, about 300 kbit/s, and Opus of 32 kbit/s at a constant rate. */
import { tsImport } from 'tsx/esm/api';

const rtc = await tsImport('../../src/rtc/index.ts', import.meta.url);

const FRAME = 1000 / 15;
const FRAME_BYTES = 300_000 / 8 / 15;
const KEY_BYTES = 3 * FRAME_BYTES;
const MOST_BYTES = 1_100;
const SOUND = 20;
const SOUND_BYTES = 80;
const KEPT = 512;
/** Behind what a sealed frame travels (PROTOCOL section 11). */
const KEY = Buffer.from('1000009d012a02000200', 'hex');
const DELTA = Buffer.from('11', 'hex');
const MARK = 16;

/** The same clock in all processes of a machine, in ms. */
const origin = Number(process.hrtime.bigint()) / 1e6 - performance.now();
export const clock = () => origin + performance.now();

/** @param from who sends, by number; `phase`: not all pictures are taken at the same moment */
export function createSource({ from, kind, ssrc, payloadType, rtx, transportCc, phase, send, nextNumber }) {
  const isVideo = kind === 'video';
  let [sequence, picture, count, rtxSequence] = [Math.floor(Math.random() * 0x8000), 1, 0, 0];
  let due = 0;
  let isKeyDue = true;
  const kept = [];
  const start = Math.floor(Math.random() * 2 ** 32);
  const noise = Buffer.alloc(MOST_BYTES + 100, 0xa5);
  let sent = { packets: 0, bytes: 0 };

  const extensionOf = () => {
    const data = Buffer.alloc(2);
    data.writeUInt16BE(nextNumber());
    return rtc.writeRtpExtensions([{ id: transportCc, data }]);
  };

  function emit(now, head, size, marker) {
    const mark = Buffer.alloc(MARK);
    mark.writeUInt8(from, 0);
    mark.writeUInt8(isVideo ? 1 : 0, 1);
    mark.writeUInt32BE(count++, 4);
    mark.writeDoubleBE(now, 8);
    const payload = Buffer.concat([head, mark, noise.subarray(0, Math.max(0, size - MARK))]);
    const header = { marker, payloadType, sequence: sequence++ & 0xffff, timestamp: timestampAt(now), ssrc };
    const packet = rtc.buildRtp({ ...header, ...(transportCc && { extensions: extensionOf() }) }, payload);
    sent = { packets: sent.packets + 1, bytes: sent.bytes + packet.length };
    kept[header.sequence % KEPT] = { sequence: header.sequence, packet, sealed: send(packet) };
  }

  let frameTime = 0;
  const timestampAt = (now) => (start + Math.round((isVideo ? frameTime : now) * (isVideo ? 90 : 48))) >>> 0;

  return {
    ssrc,
    rtx: rtx?.ssrc,
    stream: streamOf({ from, isVideo }),
    /** From a packet's number to its count. */
    get shift() {
      return (count - sequence) & 0xffff;
    },
    get sent() {
      return sent;
    },
    get count() {
      return count;
    },
    askKey() {
      isKeyDue = true;
    },
    /** Sends what is due. */
    poll(now) {
      if (due === 0) due = now + phase * (isVideo ? FRAME : SOUND);
      if (now < due) return;
      due += isVideo ? FRAME : SOUND;
      if (!isVideo) return emit(now, Buffer.alloc(0), SOUND_BYTES, false);
      frameTime = now;
      const [size, body] = isKeyDue ? [KEY_BYTES, KEY] : [FRAME_BYTES, DELTA];
      isKeyDue = false;
      picture += 1;
      const packets = Math.ceil(size / MOST_BYTES);
      for (let i = 0; i < packets; i++) {
        const descriptor = Buffer.from([i === 0 ? 0x90 : 0x80, 0x80, 0x80 | ((picture >> 8) & 0x7f), picture & 0xff]);
        // Each packet says when it left.
        emit(clock(), i === 0 ? Buffer.concat([descriptor, body]) : descriptor, size / packets, i === packets - 1);
      }
    },
    /** What did not arrive. */
    resend(sequences, sendSealed) {
      for (const number of sequences) {
        const entry = kept[number % KEPT];
        if (entry?.sequence !== number) continue;
        if (rtx) send(rtc.wrapRtx(entry.packet, { ssrc: rtx.ssrc, payloadType: rtx.payloadType, sequence: rtxSequence++ & 0xffff }));
        else if (entry.sealed) sendSealed(entry.sealed);
      }
    },
    timestampAt: (now) => (start + Math.round(now * (isVideo ? 90 : 48))) >>> 0,
  };
}

/** What somebody sends, by one number. */
export const streamOf = ({ from, isVideo }) => 2 * from + (isVideo ? 1 : 0);

/** @returns undefined for a packet without a payload */
export function readMark(packet, { start, end, vp8 }) {
  if (end - start < MARK) return undefined;
  let at = start;
  if (vp8) at += vp8.length + (vp8.isStart ? (packet[start + vp8.length] === KEY[0] ? KEY.length : DELTA.length) : 0);
  return {
    from: packet.readUInt8(at),
    isVideo: packet.readUInt8(at + 1) === 1,
    count: packet.readUInt32BE(at + 4),
    time: packet.readDoubleBE(at + 8),
  };
}
