import type { Identity } from '../crypto/index.ts';
import {
  type ClientFrame,
  CodedError,
  createFrameSplitter,
  decodeRelayFrame,
  deviceProofBytes,
  encodeFrame,
  LIMITS,
  PROGRAM_VERSION,
  PROTOCOL_VERSIONS,
  type RelayFrame,
  type RelayFrames,
  toWords,
} from '../protocol/index.ts';
import type { ConnectionState } from './api.ts';
import { sameRelay } from './invite.ts';
import type { Clock, Connector, Link, RandomBytes } from './ports.ts';

/** Frames that ask for an answer, without the number that `request` gives them. */
type Unnumbered<F> = F extends { q: number } ? Omit<F, 'q'> : never;
export type RequestFrame = Unnumbered<ClientFrame>;

export interface ConnectionEvents {
  onState(state: ConnectionState): void;
  /** The device is proved; `relay` is the SHA-256 of the relay's SubjectPublicKeyInfo. */
  onUp(welcome: RelayFrames['welcome'], relay: Uint8Array): void;
  onDown(): void;
  /** Frames that answer no request. */
  onFrame(frame: RelayFrame): void;
}

/** One device's connection to one relay: connects, proves the device, keeps alive, and connects again until closed. */
export interface Connection {
  readonly state: ConnectionState;
  readonly up: boolean;
  start(): void;
  /**
   * Asks, and hands over the answer in the same turn in which it was read: what follows it on the link must find it
   * taken. CodedError `offline` when the connection goes first.
   */
  ask(frame: RequestFrame, answer: (frame: RelayFrame | CodedError) => void): void;
  /** False when there is no connection; nothing is kept. */
  send(frames: readonly ClientFrame[]): boolean;
  /** There is reason to think that it leads nowhere any more: where no answer comes soon, another one is made. */
  doubt(): void;
  /** Ends this connection and makes another: after an answer that leaves the order of sends in doubt. */
  reset(code: string): void;
  close(): void;
}

interface Ports {
  readonly connector: Connector;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly identity: Identity;
}

const FIRST_RETRY = 250;
const LAST_RETRY = 5_000;
/** Reasons that time does not mend: asked again, but rarely. */
const LASTING = new Set(['wrong_key', 'version_unsupported', 'version_too_old', 'version_too_new', 'tls_required', 'bad_proof']);
const LASTING_RETRY = 30_000;
/** An answer to whoever doubts takes no longer, ms, be the relay as busy as it may: one connection too many costs little. */
const DOUBTED = 3_000;

type Detail = CodedError['detail'];

/** What a person can compare with what the host's own screen says. */
function compareWords(expected: Uint8Array | undefined, found: Uint8Array): Detail {
  return { ...(expected ? { expected: toWords(expected).join(' ') } : {}), found: toWords(found).join(' ') };
}

type Phase =
  | { readonly at: 'idle' }
  | { readonly at: 'connecting' }
  | { readonly at: 'greeting'; readonly link: Link }
  | { readonly at: 'proving'; readonly link: Link; readonly relay: Uint8Array }
  | { readonly at: 'up'; readonly link: Link }
  | { readonly at: 'closed' };

export function createConnection(ports: Ports, options: { expectRelay?: Uint8Array | undefined }, events: ConnectionEvents): Connection {
  const { clock, random, identity } = ports;
  let phase: Phase = { at: 'idle' };
  let state: ConnectionState = { state: 'connecting' };
  let attempt = 0;
  let nextRequest = 1;
  let waiting = new Map<number, (answer: RelayFrame | CodedError) => void>();
  let abort = new AbortController();
  let cancelTimer = () => {};
  let cancelDoubt: (() => void) | undefined;
  let lastHeard = 0;

  function setState(next: ConnectionState): void {
    state = next;
    events.onState(next);
  }

  function connect(): void {
    if (phase.at === 'closed') return;
    phase = { at: 'connecting' };
    abort = new AbortController();
    const signal = abort.signal;
    const splitter = createFrameSplitter();
    let lost = false;
    cancelTimer = clock.after(LIMITS.handshakeTime, () => fail('timeout'));
    const lose = (code: string, detail?: Detail) => {
      if (!lost && !signal.aborted) fail(code, detail);
      lost = true;
    };
    const onRun = (run: Uint8Array) => {
      if (lost || signal.aborted) return;
      lastHeard = clock.now();
      try {
        splitter.push(run, (body) => receive(decodeRelayFrame(body), signal));
      } catch (error) {
        const code = error instanceof CodedError ? error.code : 'bad_frame';
        // Text instead of a first frame, such as the answer of a web server, reads as an enormous length.
        lose(code === 'too_large' && phase.at === 'greeting' ? 'not_corrillo' : code);
      }
    };
    ports.connector.connect({ onRun, onClose: (code) => lose(code) }, signal).then(
      (link) => {
        if (signal.aborted || lost) return link.close();
        if (link.tls && options.expectRelay && !sameRelay(link.tls.relay, options.expectRelay)) {
          phase = { at: 'greeting', link };
          return lose('wrong_key', compareWords(options.expectRelay, link.tls.relay));
        }
        phase = { at: 'greeting', link };
        link.send(encodeFrame({ t: 'hello', versions: [...PROTOCOL_VERSIONS], client: `corrillo/${PROGRAM_VERSION}` }));
      },
      (error: unknown) => (error instanceof CodedError ? lose(error.code, error.detail) : lose('no_route')),
    );
  }

  function receive(frame: RelayFrame, signal: AbortSignal): void {
    if (signal.aborted) return;
    if (frame.t === 'error' && frame.q === undefined) return fail(frame.code);
    if (phase.at === 'greeting' && frame.t === 'challenge') return void prove(frame, phase.link, signal);
    if (phase.at === 'proving' && frame.t === 'welcome') return welcome(frame, phase.link, phase.relay);
    if (phase.at !== 'up') return fail('bad_frame');
    if (frame.t === 'ping') return phase.link.send(encodeFrame({ t: 'pong' }));
    if (frame.t === 'pong') return;
    const asker = 'q' in frame && frame.q !== undefined ? waiting.get(frame.q) : undefined;
    if (!asker || !('q' in frame)) return events.onFrame(frame);
    waiting.delete(frame.q as number);
    asker(frame.t === 'error' ? new CodedError(frame.code) : frame);
  }

  async function prove(challenge: RelayFrames['challenge'], link: Link, signal: AbortSignal): Promise<void> {
    const { relay, version, nonce } = challenge;
    const claimed = link.tls ? sameRelay(link.tls.relay, relay) : true;
    if (!claimed || (options.expectRelay && !sameRelay(relay, options.expectRelay)))
      return fail('wrong_key', compareWords(options.expectRelay ?? link.tls?.relay, relay));
    if (!PROTOCOL_VERSIONS.includes(version)) return fail('version_unsupported');
    phase = { at: 'proving', link, relay };
    const binding = link.tls?.exporter ?? new Uint8Array();
    const signature = await identity.sign(deviceProofBytes({ version, relay, nonce, device: identity.device, binding }));
    if (!signal.aborted) link.send(encodeFrame({ t: 'proof', device: identity.device, signature }));
  }

  function welcome(frame: RelayFrames['welcome'], link: Link, relay: Uint8Array): void {
    phase = { at: 'up', link };
    attempt = 0;
    cancelTimer();
    keepAlive();
    setState({ state: 'connected' });
    events.onUp(frame, relay);
  }

  function keepAlive(): void {
    cancelTimer = clock.after(LIMITS.pingAfter, () => {
      if (phase.at !== 'up') return;
      const silence = clock.now() - lastHeard;
      if (silence >= LIMITS.lostAfter) return fail('timeout');
      if (silence >= LIMITS.pingAfter) phase.link.send(encodeFrame({ t: 'ping' }));
      keepAlive();
    });
  }

  function doubt(): void {
    if (phase.at !== 'up' || cancelDoubt !== undefined) return;
    const since = lastHeard;
    phase.link.send(encodeFrame({ t: 'ping' }));
    cancelDoubt = clock.after(DOUBTED, () => {
      cancelDoubt = undefined;
      if (lastHeard === since) fail('timeout');
    });
  }

  function fail(code: string, detail?: Detail): void {
    if (phase.at === 'closed') return;
    const wasUp = phase.at === 'up';
    drop(code);
    phase = { at: 'idle' };
    const ceiling = LASTING.has(code) ? LASTING_RETRY : Math.min(LAST_RETRY, FIRST_RETRY * 2 ** attempt);
    attempt += 1;
    // Half fixed, half by chance: a class that lost its relay must not come back in one blow.
    const delay = ceiling / 2 + (ceiling / 2) * ((random(1)[0] as number) / 256);
    setState({ state: 'offline', code, ...(detail && Object.keys(detail).length > 0 ? { detail } : {}), retryAt: clock.now() + delay });
    if (wasUp) events.onDown();
    cancelTimer = clock.after(delay, connect);
  }

  function drop(code: string): void {
    cancelTimer();
    cancelDoubt?.();
    cancelDoubt = undefined;
    if ('link' in phase) phase.link.close();
    abort.abort();
    const askers = waiting;
    waiting = new Map();
    for (const answer of askers.values()) answer(new CodedError('offline', { because: code }));
  }

  return {
    get state() {
      return state;
    },
    get up() {
      return phase.at === 'up';
    },
    start() {
      if (phase.at === 'idle') connect();
    },
    ask(frame, answer) {
      if (phase.at !== 'up') return answer(new CodedError('offline'));
      const q = nextRequest++;
      waiting.set(q, answer);
      phase.link.send(encodeFrame({ ...frame, q }));
    },
    send(frames) {
      if (phase.at !== 'up') return false;
      for (const frame of frames) phase.link.send(encodeFrame(frame));
      return true;
    },
    doubt,
    reset: (code) => {
      if (phase.at === 'up') fail(code);
    },
    close() {
      if (phase.at === 'closed') return;
      drop('closed');
      phase = { at: 'closed' };
    },
  };
}
