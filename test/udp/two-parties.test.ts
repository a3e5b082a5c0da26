import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  buildRtp,
  checkStunIntegrity,
  createSrtpReceiver,
  createSrtpSender,
  decodeStun,
  type DtlsCertificate,
  type DtlsKeys,
  encodeBindingRequest,
  encodeBindingResponse,
  hasStunFingerprint,
  makeDtlsCertificate,
  packetKindOf,
  SRTP_PROFILES,
  type SrtpProfile,
} from '../../src/rtc/index.ts';
import { keysOf, openSocket, startDtls } from './sockets.ts';

const PACKETS = 1_000;
const PASSWORDS = { caller: 'a password of the caller', callee: 'a password of the callee' };

let caller: Socket;
let callee: Socket;
let certificates: readonly [caller: DtlsCertificate, callee: DtlsCertificate];

beforeEach(async () => {
  [caller, callee] = [await openSocket(), await openSocket()];
  certificates = [await makeDtlsCertificate(), await makeDtlsCertificate()];
});
afterEach(() => {
  caller.close();
  callee.close();
});

/** One datagram of a kind; what else comes is not looked at. */
async function next(socket: Socket, kind: string): Promise<{ datagram: Buffer; port: number }> {
  for (;;) {
    const [datagram, { port }] = (await once(socket, 'message', { signal: AbortSignal.timeout(10_000) })) as [Buffer, { port: number }];
    if (packetKindOf(datagram) === kind) return { datagram, port };
  }
}

/** The check of ICE: what comes from this address knows the password. @returns the address that the callee may send to */
async function check(): Promise<number> {
  const asked = next(callee, 'stun');
  const request = encodeBindingRequest({
    username: 'callee:caller',
    password: PASSWORDS.callee,
    priority: 1,
    role: 'controlling',
    tieBreaker: 1n,
    useCandidate: true,
  });
  caller.send(request, callee.address().port, '127.0.0.1');
  const { datagram, port } = await asked;
  const message = decodeStun(datagram);
  if (message === undefined || !checkStunIntegrity(message, PASSWORDS.callee) || !hasStunFingerprint(message)) throw new Error('no check');
  expect(message).toMatchObject({ kind: 'request', username: 'callee:caller', useCandidate: true });
  const answered = next(caller, 'stun');
  callee.send(encodeBindingResponse(message.transaction, { address: '127.0.0.1', port }, PASSWORDS.callee), port, '127.0.0.1');
  const answer = decodeStun((await answered).datagram);
  expect(answer?.mappedAddress).toEqual({ address: '127.0.0.1', port: caller.address().port });
  expect(answer && checkStunIntegrity(answer, PASSWORDS.callee)).toBe(true);
  return port;
}

/** Sends in bursts of what the system's buffer holds, and opens what comes. @returns the sequence numbers that were opened */
async function stream(from: Socket, to: Socket, [ours, theirs]: readonly [DtlsKeys, DtlsKeys], ssrc: number): Promise<number[]> {
  const [sender, receiver] = [createSrtpSender(ours.ours), createSrtpReceiver(theirs.theirs)];
  const opened: number[] = [];
  const { promise, resolve } = createGate();
  const take = (datagram: Buffer) => {
    const packet = packetKindOf(datagram) === 'rtp' ? receiver.unprotectRtp(datagram) : undefined;
    if (packet?.readUInt32BE(8) !== ssrc) return;
    if (!packet.subarray(12).equals(payloadOf(packet.readUInt16BE(2)))) throw new Error('another picture');
    opened.push(packet.readUInt16BE(2));
    if (opened.length === PACKETS) resolve();
  };
  to.on('message', take);
  const timer = setTimeout(resolve, 10_000);
  for (let i = 0; i < PACKETS; i++) {
    const sequence = (65_000 + i) & 0xffff;
    const sealed = sender.protectRtp(buildRtp({ payloadType: 96, sequence, timestamp: i, ssrc }, payloadOf(sequence)));
    await new Promise<void>((done) => void from.send(sealed as Buffer, to.address().port, '127.0.0.1', () => done()));
  }
  await promise;
  clearTimeout(timer);
  to.off('message', take);
  return opened;
}

const payloadOf = (sequence: number) => Buffer.alloc(1_000, sequence);

function createGate() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

it.each(Object.keys(SRTP_PROFILES) as SrtpProfile[])('two parties check, shake hands and talk over UDP: %s', async (profile) => {
  const port = await check();
  const [ours, theirs] = certificates;
  // Who answers listens before anybody speaks.
  const server = startDtls(callee, () => port, { role: 'server', certificate: theirs, peerFingerprint: ours.fingerprint });
  callee.on('message', (datagram) => packetKindOf(datagram) === 'dtls' && server.dtls.receive(datagram));
  const client = startDtls(caller, () => callee.address().port, {
    role: 'client',
    certificate: ours,
    peerFingerprint: theirs.fingerprint,
    profiles: [profile],
  });
  caller.on('message', (datagram) => packetKindOf(datagram) === 'dtls' && client.dtls.receive(datagram));
  const keys = [await keysOf(client), await keysOf(server)] as const;
  expect(keys[0]).toEqual({ profile, ours: keys[1].theirs, theirs: keys[1].ours });

  const inOrder = Array.from({ length: PACKETS }, (_, i) => (65_000 + i) & 0xffff);
  const [there, back] = await Promise.all([stream(caller, callee, keys, 1), stream(callee, caller, [keys[1], keys[0]], 2)]);
  expect([there, back]).toEqual([inOrder, inOrder]);

  client.dtls.close();
  server.dtls.close();
});
