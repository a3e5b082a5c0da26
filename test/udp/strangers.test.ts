import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CipherContext, DtlsClient, DtlsServer } from 'werift';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DtlsCertificate, type DtlsKeys, makeDtlsCertificate, SRTP_PROFILES, type SrtpProfile } from '../../src/rtc/index.ts';
import { keysOf, openSocket, startDtls } from './sockets.ts';

/** DTLS that others wrote: what we speak is what they speak. */
let socket: Socket;
let certificate: DtlsCertificate;
const cleanups: (() => void)[] = [];

beforeEach(async () => {
  socket = await openSocket();
  certificate = await makeDtlsCertificate();
  cleanups.push(() => socket.close());
});
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

const ROLES = ['client', 'server'] as const;
const fingerprintOf = (pem: string) => createHash('sha256').update(new X509Certificate(pem).raw).digest();

/** Both sides' keys and salts in the order of RFC 5764, as the exporter gives them. */
function materialOf(role: 'client' | 'server', { ours, theirs }: DtlsKeys): string {
  const [client, server] = role === 'client' ? [ours, theirs] : [theirs, ours];
  return Buffer.concat([client.key, server.key, client.salt, server.salt]).toString('hex');
}

describe.each(Object.keys(SRTP_PROFILES) as SrtpProfile[])('OpenSSL, %s', (profile) => {
  const { keyLength, saltLength } = SRTP_PROFILES[profile];
  const name = { AEAD_AES_128_GCM: 'SRTP_AEAD_AES_128_GCM', AES_CM_128_HMAC_SHA1_80: 'SRTP_AES128_CM_SHA1_80' }[profile];

  it.each([
    ['client', 'a small MTU', ['-mtu', '300']],
    ['server', 'a small MTU', ['-mtu', '300']],
    ['client', 'P-256', ['-groups', 'P-256']],
    ['server', 'P-256', ['-groups', 'P-256']],
  ] as const)('agrees with us as %s, with %s', async (role, _name, options) => {
    const folder = mkdtempSync(join(tmpdir(), 'corrillo-dtls-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=peer', '-days', '2'],
      ...['-keyout', keyFile, '-out', certificateFile],
    ]);
    expect(made.status).toBe(0);
    const peerFingerprint = fingerprintOf(readFileSync(certificateFile, 'utf8'));
    const common = ['-dtls1_2', '-use_srtp', name, '-cert', certificateFile, '-key', keyFile, ...options];
    const exported = ['-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', String(2 * (keyLength + saltLength))];
    let port = role === 'client' ? await freePort() : 0;
    const ask =
      role === 'client'
        ? ['s_server', '-accept', String(port), '-Verify', '1']
        : ['s_client', '-connect', `127.0.0.1:${socket.address().port}`];
    const end = () => startDtls(socket, () => port, { role, certificate, peerFingerprint });
    // Who is called is there first.
    const early = role === 'server' ? end() : undefined;
    const openssl = spawn('openssl', [...ask, ...common, ...exported], { stdio: ['pipe', 'pipe', 'ignore'] });
    cleanups.push(() => void openssl.kill());
    const said = readUntil(openssl, /Keying material: (\w+)/);
    if (role === 'client') await readUntil(openssl, /ACCEPT/);
    const ours = early ?? end();
    socket.on('message', (datagram, from) => {
      port = from.port;
      ours.dtls.receive(datagram);
    });
    const keys = await keysOf(ours);
    expect(keys.profile).toBe(profile);
    expect(materialOf(role, keys)).toBe((await said).toLowerCase());
    ours.dtls.close();
  });
});

describe('werift', () => {
  it.each(ROLES)('agrees with us as %s', async (role) => {
    const { certPem, keyPem, signatureHash } = await CipherContext.createSelfSignedCertificateWithKey({ hash: 4, signature: 3 }, 23);
    const peer = await openSocket();
    const transport = {
      type: 'udp',
      address: ['', 0],
      onData: (_data: Buffer) => {},
      closed: false,
      send: async (data: Buffer) => void peer.send(data, socket.address().port, '127.0.0.1'),
      close: async () => {},
    };
    peer.on('message', (datagram) => transport.onData(datagram));
    cleanups.push(() => peer.close());
    const options = {
      cert: certPem,
      key: keyPem,
      signatureHash,
      transport: transport as never,
      srtpProfiles: [7 as const],
      extendedMasterSecret: true,
      certificateRequest: true,
    };
    const other = role === 'client' ? new DtlsServer(options) : new DtlsClient(options);
    const connected = new Promise<void>((resolve) => void other.onConnect.once(() => resolve()));
    const end = startDtls(socket, () => peer.address().port, { role, certificate, peerFingerprint: fingerprintOf(certPem) });
    socket.on('message', (datagram) => end.dtls.receive(datagram));
    if (other instanceof DtlsClient) other.connect().catch(() => {});
    const [keys] = await Promise.all([keysOf(end), connected]);
    const { localKey, localSalt, remoteKey, remoteSalt } = other.extractSessionKeys(16, 12) as Record<string, Buffer>;
    expect([keys.ours.key, keys.ours.salt, keys.theirs.key, keys.theirs.salt]).toEqual([remoteKey, remoteSalt, localKey, localSalt]);
    end.dtls.close();
  });
});

async function freePort(): Promise<number> {
  const probe = await openSocket();
  const { port } = probe.address();
  await new Promise<void>((resolve) => void probe.close(() => resolve()));
  return port;
}

/** What the program says that fits; rejects when it ends without, or takes longer than ten seconds. */
function readUntil({ stdout }: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`not said: ${text}`)), 10_000);
    stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match[1] ?? match[0]);
    });
    stdout?.on('close', () => reject(new Error(`ended: ${text}`)));
  });
}
