import { type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SrtpProfile } from '../srtp-keys.ts';
import type { HandshakeMessage } from './fragments.ts';
import type { Handshake, HandshakePorts, Step } from './handshake.ts';
import { EXTENSION, readClientHello, readList, readSrtpProfiles, SUITE, writeServerHello } from './hello.ts';
import { createEphemeralKey, type EphemeralKey, GROUPS } from './key-exchange.ts';
import {
  MESSAGE,
  readCertificate,
  readClientKeyExchange,
  readSigned,
  writeCertificate,
  writeCertificateRequest,
  writeParameters,
  writeSigned,
} from './messages.ts';
import { deriveSecrets, type Randoms, type Secrets } from './secrets.ts';
import { checkSignature, readExpectedCertificate, SIGNATURES, signEcdsa } from './signatures.ts';

/** What was agreed on, as far as the handshake has come. */
type State =
  | { readonly awaits: typeof MESSAGE.clientHello }
  | ({ readonly awaits: typeof MESSAGE.certificate } & Greeted)
  | ({ readonly awaits: typeof MESSAGE.clientKeyExchange; readonly peerKey: KeyObject } & Greeted)
  | {
      readonly awaits: typeof MESSAGE.certificateVerify;
      readonly peerKey: KeyObject;
      readonly profile: SrtpProfile;
      readonly secrets: Secrets;
    }
  | { readonly awaits: typeof MESSAGE.finished; readonly profile: SrtpProfile; readonly secrets: Secrets };

interface Greeted {
  readonly randoms: Randoms;
  readonly profile: SrtpProfile;
  readonly ephemeral: EphemeralKey;
}

/**
 * The side that is called. It sends no HelloVerifyRequest: datagrams get here only from an address that has answered a connectivity
 * check with the password, and so is no victim of somebody else's.
 */
export function createServerHandshake(ports: HandshakePorts): Handshake {
  const { transcript } = ports;
  let state: State = { awaits: MESSAGE.clientHello };

  function accept(message: HandshakeMessage): Step {
    if (message.type !== state.awaits) return 'ignored';
    switch (state.awaits) {
      case MESSAGE.clientHello:
        return greet(message);
      case MESSAGE.certificate: {
        const certificate = readCertificate(message.body);
        if (certificate === undefined) return 'ignored';
        const peerKey = readExpectedCertificate(certificate, ports.peerFingerprint);
        if (peerKey === undefined) return { failed: 'wrong_certificate' };
        state = { ...state, awaits: MESSAGE.clientKeyExchange, peerKey };
        break;
      }
      case MESSAGE.clientKeyExchange: {
        const publicKey = readClientKeyExchange(message.body);
        const agreed = publicKey && state.ephemeral.agree(publicKey);
        if (agreed === undefined) return 'ignored';
        transcript.add(message.bytes);
        const secrets = deriveSecrets(agreed, transcript.bytes(), state.randoms);
        ports.useSecrets(secrets);
        state = { awaits: MESSAGE.certificateVerify, peerKey: state.peerKey, profile: state.profile, secrets };
        return 'taken';
      }
      case MESSAGE.certificateVerify: {
        const signed = readSigned(message.body);
        if (signed === undefined) return 'ignored';
        // Without this, a certificate would be a copy of what anybody can see on the wire.
        if (!checkSignature(transcript.bytes(), signed.scheme, state.peerKey, signed.signature)) return { failed: 'not_authentic' };
        state = { awaits: MESSAGE.finished, profile: state.profile, secrets: state.secrets };
        break;
      }
      case MESSAGE.finished:
        return finish(message, state);
    }
    transcript.add(message.bytes);
    return 'taken';
  }

  function greet({ body, bytes }: HandshakeMessage): Step {
    const hello = readClientHello(body);
    if (hello === undefined) return 'ignored';
    const groups = readList(hello.extensions, EXTENSION.groups);
    const group = Object.values(GROUPS).find((group) => groups.includes(group));
    const offered = readSrtpProfiles(hello.extensions);
    const profile = ports.profiles.find((profile) => offered.includes(profile));
    const canSign = readList(hello.extensions, EXTENSION.signatures).includes(SIGNATURES.ecdsa);
    const canAll = hello.suites.includes(SUITE) && hello.extensions.has(EXTENSION.extendedMaster) && canSign;
    if (group === undefined || profile === undefined || !canAll) return { failed: 'unsupported' };
    transcript.add(bytes);
    const randoms = { client: Buffer.from(hello.random), server: randomBytes(32) };
    const ephemeral = createEphemeralKey(group);
    const parameters = writeParameters(group, ephemeral.publicKey);
    const signature = signEcdsa(Buffer.concat([randoms.client, randoms.server, parameters]), ports.certificate.privateKey);
    ports.say(MESSAGE.serverHello, writeServerHello(randoms.server, profile, hello));
    ports.say(MESSAGE.certificate, writeCertificate(ports.certificate.der));
    ports.say(MESSAGE.serverKeyExchange, Buffer.concat([parameters, writeSigned(SIGNATURES.ecdsa, signature)]));
    ports.say(MESSAGE.certificateRequest, writeCertificateRequest());
    ports.say(MESSAGE.serverHelloDone, Buffer.alloc(0));
    ports.sendFlight({ isAnswered: true });
    state = { awaits: MESSAGE.certificate, randoms, profile, ephemeral };
    return 'taken';
  }

  function finish(
    { body, bytes }: HandshakeMessage,
    { secrets, profile }: { readonly secrets: Secrets; readonly profile: SrtpProfile },
  ): Step {
    const expected = secrets.finishedOf('client', transcript.bytes());
    if (body.length !== expected.length || !timingSafeEqual(body, expected)) return { failed: 'not_authentic' };
    transcript.add(bytes);
    ports.changeCipher();
    ports.say(MESSAGE.finished, secrets.finishedOf('server', transcript.bytes()));
    ports.sendFlight({ isAnswered: false });
    return { finished: profile };
  }

  return { start: () => {}, accept };
}
