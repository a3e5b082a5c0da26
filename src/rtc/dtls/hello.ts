import { ByteReader, uint, vector } from '../byte-reader.ts';
import { SRTP_PROFILES, type SrtpProfile } from '../srtp-keys.ts';
import { GROUPS } from './key-exchange.ts';
import { VERSION } from './records.ts';
import { SIGNATURES } from './signatures.ts';

/** ClientHello and ServerHello (RFC 5246 section 7.4.1, RFC 6347 section 4.2.1), as far as we speak: one suite, one version. */
export interface ClientHello {
  readonly random: Buffer;
  readonly cookie: Buffer;
  readonly suites: readonly number[];
  readonly extensions: Extensions;
}

export interface ServerHello {
  readonly random: Buffer;
  readonly suite: number;
  readonly extensions: Extensions;
}

export type Extensions = ReadonlyMap<number, Buffer>;

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: what every WebRTC endpoint has to have (RFC 8827 section 6.5). */
export const SUITE = 0xc02b;
const RENEGOTIATION_SUITE = 0x00ff;
export const EXTENSION = { groups: 10, pointFormats: 11, signatures: 13, srtp: 14, extendedMaster: 23, renegotiation: 0xff01 } as const;

export function readClientHello(body: Buffer): ClientHello | undefined {
  const reader = new ByteReader(body);
  const version = reader.uint(2);
  const random = reader.bytes(32);
  reader.vector(1);
  const cookie = reader.vector(1);
  const suites = readNumbers(reader.vector(2));
  const compressions = reader.vector(1);
  const extensions = readExtensions(reader);
  // Versions count downwards: what is above ours is older.
  if (reader.bad || version > VERSION || suites === undefined || !compressions.includes(0) || extensions === undefined) return undefined;
  return { random, cookie, suites, extensions };
}

export function readServerHello(body: Buffer): ServerHello | undefined {
  const reader = new ByteReader(body);
  const version = reader.uint(2);
  const random = reader.bytes(32);
  reader.vector(1);
  const suite = reader.uint(2);
  const compression = reader.uint(1);
  const extensions = readExtensions(reader);
  if (reader.bad || version !== VERSION || compression !== 0 || extensions === undefined) return undefined;
  return { random, suite, extensions };
}

export function readHelloVerifyRequest(body: Buffer): Buffer | undefined {
  const reader = new ByteReader(body);
  reader.uint(2);
  const cookie = reader.vector(1);
  return reader.bad || reader.left > 0 ? undefined : cookie;
}

export function writeClientHello(random: Buffer, cookie: Buffer, profiles: readonly SrtpProfile[]): Buffer {
  const numbers = (values: readonly number[]) => vector(2, ...values.map((value) => uint(2, value)));
  return Buffer.concat([
    uint(2, VERSION),
    random,
    vector(1),
    vector(1, cookie),
    numbers([SUITE, RENEGOTIATION_SUITE]),
    vector(1, uint(1, 0)),
    writeExtensions([
      [EXTENSION.groups, numbers(Object.values(GROUPS))],
      [EXTENSION.pointFormats, POINT_FORMATS],
      [EXTENSION.signatures, numbers([SIGNATURES.ecdsa])],
      [EXTENSION.srtp, writeSrtp(profiles)],
      [EXTENSION.extendedMaster, Buffer.alloc(0)],
    ]),
  ]);
}

/** Says only what the client has asked for. */
export function writeServerHello(random: Buffer, profile: SrtpProfile, { suites, extensions }: ClientHello): Buffer {
  const renegotiation = suites.includes(RENEGOTIATION_SUITE) || extensions.has(EXTENSION.renegotiation);
  return Buffer.concat([
    uint(2, VERSION),
    random,
    vector(1),
    uint(2, SUITE),
    uint(1, 0),
    writeExtensions([
      [EXTENSION.srtp, writeSrtp([profile])],
      [EXTENSION.extendedMaster, Buffer.alloc(0)],
      ...(extensions.has(EXTENSION.pointFormats) ? [[EXTENSION.pointFormats, POINT_FORMATS] as const] : []),
      ...(renegotiation ? [[EXTENSION.renegotiation, vector(1)] as const] : []),
    ]),
  ]);
}

/** Which profiles the other side can, or has chosen (RFC 5764 section 4.1.1). */
export function readSrtpProfiles(extensions: Extensions): SrtpProfile[] {
  const reader = new ByteReader(extensions.get(EXTENSION.srtp) ?? new Uint8Array(0));
  const ids = readNumbers(reader.vector(2)) ?? [];
  reader.vector(1);
  const profiles = Object.entries(SRTP_PROFILES) as [SrtpProfile, { readonly id: number }][];
  return reader.bad ? [] : profiles.filter(([, { id }]) => ids.includes(id)).map(([name]) => name);
}

/** The numbers of an extension that lists some; none where it is not there. */
export const readList = (extensions: Extensions, type: number): readonly number[] =>
  readNumbers(new ByteReader(extensions.get(type) ?? new Uint8Array(2)).vector(2)) ?? [];

const POINT_FORMATS = Buffer.from([1, 0]);

const writeSrtp = (profiles: readonly SrtpProfile[]) =>
  Buffer.concat([vector(2, ...profiles.map((name) => uint(2, SRTP_PROFILES[name].id))), vector(1)]);

const writeExtensions = (extensions: readonly (readonly [type: number, data: Buffer])[]) =>
  vector(2, ...extensions.flatMap(([type, data]) => [uint(2, type), vector(2, data)]));

function readNumbers(bytes: Buffer): number[] | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  return Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16BE(2 * at));
}

/** Each at most once (RFC 5246 section 7.4.1.4), and nothing behind them. */
function readExtensions(hello: ByteReader): Extensions | undefined {
  const extensions = new Map<number, Buffer>();
  if (hello.left === 0) return extensions;
  const reader = new ByteReader(hello.vector(2));
  while (reader.left > 0) {
    const type = reader.uint(2);
    const data = reader.vector(2);
    if (reader.bad || extensions.has(type)) return undefined;
    extensions.set(type, data);
  }
  return hello.left > 0 ? undefined : extensions;
}
