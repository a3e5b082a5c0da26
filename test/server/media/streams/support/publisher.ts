import { buildRtp, type RtpExtension, writeRtpExtensions } from '../../../../../src/rtc/index.ts';

/** What a sealed frame travels behind (PROTOCOL section 11). */
const KEY = Buffer.from('1000009d012a02000200', 'hex');
const DELTA = Buffer.from('11', 'hex');

/** What stands in each packet of a made-up stream, so that a test knows what it got. */
export interface Mark {
  readonly layer: number;
  readonly frame: number;
  readonly isKey: boolean;
  readonly packet: number;
}

export interface LayerNumbers {
  readonly layer: number;
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly picture: number;
  readonly baseIndex: number;
  /** Of the picture id; none: pictures are not numbered. */
  readonly bits: 7 | 15 | undefined;
}

export const PAYLOAD_TYPE = 96;

/** A camera's layer, as an encoder and its packetiser make it. */
export function createPictureLayer(numbers: LayerNumbers) {
  let { sequence, picture, baseIndex } = numbers;
  let frame = 0;
  const descriptor = (isFirst: boolean): Buffer => {
    const flags = isFirst ? 0x10 : 0;
    if (numbers.bits === undefined) return Buffer.from([flags]);
    const id = numbers.bits === 15 ? [0x80 | ((picture >> 8) & 0x7f), picture & 0xff] : [picture & 0x7f];
    return Buffer.from([0x80 | flags, 0xc0, ...id, baseIndex & 0xff]);
  };
  return {
    ssrc: numbers.ssrc,
    /** @param time ms, when the picture was taken */
    encode(time: number, { isKey, packets, extensions = [] }: { isKey: boolean; packets: number; extensions?: RtpExtension[] }): Buffer[] {
      frame += 1;
      picture += 1;
      baseIndex += 1;
      return Array.from({ length: packets }, (_, packet) => {
        const mark: Mark = { layer: numbers.layer, frame, isKey, packet };
        const payload = [descriptor(packet === 0), ...(packet === 0 ? [isKey ? KEY : DELTA] : []), Buffer.from(JSON.stringify(mark))];
        return buildRtp(
          {
            payloadType: PAYLOAD_TYPE,
            marker: packet === packets - 1,
            sequence: sequence++ & 0xffff,
            timestamp: (numbers.timestamp + Math.round(time * 90)) >>> 0,
            ssrc: numbers.ssrc,
            extensions: writeRtpExtensions(extensions),
          },
          Buffer.concat(payload),
        );
      });
    },
    timestampAt: (time: number) => (numbers.timestamp + Math.round(time * 90)) >>> 0,
  };
}

export const readMark = (payload: Buffer): Mark => JSON.parse(payload.subarray(payload.lastIndexOf('{')).toString()) as Mark;
