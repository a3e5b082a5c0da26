import { type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SrtpProfile } from '../srtp-keys.ts';
import type { HandshakeMessage } from './fragments.ts';
import type { Handshake, HandshakePorts, Step } from './handshake.ts';
import { EXTENSION, readHelloVerifyRequest, readServerHello, readSrtpProfiles, SUITE, writeClientHello } from './hello.ts';
import { createEphemeralKey } from './key-exchange.ts';
import {
  MESSAGE,
  readCertificate,
  readCertificateRequest,
  readServerKeyExchange,
  type ServerKeyExchange,
  writeCertificate,
  writeClientKeyExchange,
  writeSigned,
} from './messages.ts';
import { deriveSecrets, type Randoms, type Secrets } from './secrets.ts';
import { checkSignature, readExpectedCertificate, SIGNATURES, signEcdsa } from './signatures.ts';

interface Greeted {
  readonly randoms: Randoms;
  readonly profile: SrtpProfile;
}

interface Exchanged extends Greeted {
  readonly exchange: ServerKeyExchange;
}

type State =
  | { readonly awaits: typeof MESSAGE.serverHello; readonly random: Buffer; readonly wasVerified: boolean }
  | ({ readonly awaits: typeof MESSAGE.certificate } & Greeted)
  | ({ readonly awaits: typeof MESSAGE.serverKeyExchange; readonly peerKey: KeyObject } & Greeted)
  | ({ readonly awaits: typeof MESSAGE.certificateRequest } & Exchanged)
  | ({ readonly awaits: typeof MESSAGE.serverHelloDone } & Exchanged)
  | { readonly awaits: typeof MESSAGE.finished; readonly profile: SrtpProfile; readonly secrets: Secrets };

/** The side that calls. */
export function createClientHandshake(ports: HandshakePorts): Handshake {
  const { transcript } = ports;
  let state: State = { awaits: MESSAGE.serverHello, random: randomBytes(32), wasVerified: false };

  function start(): void {
    sayHello(Buffer.alloc(0));
  }

  function sayHello(cookie: Buffer): void {
    if (state.awaits !== MESSAGE.serverHello) return;
    // The hello that was not verified is no part of what was said (RFC 6347 section 4.2.1).
    transcript.clear();
    ports.say(MESSAGE.clientHello, writeClientHello(state.random, cookie, ports.profiles));
    ports.sendFlight({ isAnswered: true });
  }

  function accept(message: HandshakeMessage): Step {
    if (message.type === MESSAGE.helloVerifyRequest && state.awaits === MESSAGE.serverHello && !state.wasVerified) {
      const cookie = readHelloVerifyRequest(message.body);
      if (cookie === undefined) return 'ignored';
      state = { ...state, wasVerified: true };
      sayHello(cookie);
      return 'taken';
    }
    // Who does not want a certificate of ours is no WebRTC endpoint, and knows of no fingerprint.
    if (message.type !== state.awaits) return 'ignored';
    switch (state.awaits) {
      case MESSAGE.serverHello: {
        const hello = readServerHello(message.body);
        if (hello === undefined) return 'ignored';
        const [profile, ...more] = readSrtpProfiles(hello.extensions);
        const isOurs = hello.suite === SUITE && hello.extensions.has(EXTENSION.extendedMaster);
        if (!isOurs || profile === undefined || more.length > 0 || !ports.profiles.includes(profile)) return { failed: 'unsupported' };
        state = { awaits: MESSAGE.certificate, randoms: { client: state.random, server: Buffer.from(hello.random) }, profile };
        break;
      }
      case MESSAGE.certificate: {
        const certificate = readCertificate(message.body);
        if (certificate === undefined) return 'ignored';
        const peerKey = readExpectedCertificate(certificate, ports.peerFingerprint);
        if (peerKey === undefined) return { failed: 'wrong_certificate' };
        state = { ...state, awaits: MESSAGE.serverKeyExchange, peerKey };
        break;
      }
      case MESSAGE.serverKeyExchange: {
        const exchange = readServerKeyExchange(message.body);
        if (exchange === undefined) return 'ignored';
        const { randoms, profile, peerKey } = state;
        const signed = Buffer.concat([randoms.client, randoms.server, exchange.parameters]);
        if (!checkSignature(signed, exchange.scheme, peerKey, exchange.signature)) return { failed: 'not_authentic' };
        state = { awaits: MESSAGE.certificateRequest, randoms, profile, exchange };
        break;
      }
      case MESSAGE.certificateRequest: {
        const isOurs = readCertificateRequest(message.body);
        if (isOurs === undefined) return 'ignored';
        if (!isOurs) return { failed: 'unsupported' };
        state = { ...state, awaits: MESSAGE.serverHelloDone };
        break;
      }
      case MESSAGE.serverHelloDone:
        return message.body.length > 0 ? 'ignored' : answer(message, state);
      case MESSAGE.finished: {
        const expected = state.secrets.finishedOf('server', transcript.bytes());
        if (message.body.length !== expected.length || !timingSafeEqual(message.body, expected)) return { failed: 'not_authentic' };
        return { finished: state.profile };
      }
    }
    transcript.add(message.bytes);
    return 'taken';
  }

  function answer({ bytes }: HandshakeMessage, { exchange, randoms, profile }: Exchanged): Step {
    const ephemeral = createEphemeralKey(exchange.group);
    const agreed = ephemeral.agree(exchange.publicKey);
    if (agreed === undefined) return { failed: 'not_authentic' };
    transcript.add(bytes);
    ports.say(MESSAGE.certificate, writeCertificate(ports.certificate.der));
    ports.say(MESSAGE.clientKeyExchange, writeClientKeyExchange(ephemeral.publicKey));
    const secrets = deriveSecrets(agreed, transcript.bytes(), randoms);
    const signature = signEcdsa(transcript.bytes(), ports.certificate.privateKey);
    ports.say(MESSAGE.certificateVerify, writeSigned(SIGNATURES.ecdsa, signature));
    ports.useSecrets(secrets);
    ports.changeCipher();
    ports.say(MESSAGE.finished, secrets.finishedOf('client', transcript.bytes()));
    ports.sendFlight({ isAnswered: true });
    state = { awaits: MESSAGE.finished, profile, secrets };
    return 'taken';
  }

  return { start, accept };
}
