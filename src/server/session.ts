import {
  type ClientFrames,
  CodedError,
  createFrameSplitter,
  decodeClientFrame,
  encodeFrame,
  ERRORS,
  joinRun,
  type RelayFrame,
  toHex,
} from '../protocol/index.ts';
import type { Follower } from './followers.ts';
import { createFrameRate, type FrameRate } from './frame-rate.ts';
import { handleFrame } from './handlers/index.ts';
import type { RelayLink, RelaySession } from './link.ts';
import type { RelayContext } from './relay-context.ts';
import type { ReadyState, SessionState } from './session-state.ts';

const NOTHING = new Uint8Array();

/** One connection's side of the relay: bytes in, frames handled, runs out, and every bound that holds for a connection. */
export class Session implements RelaySession, Follower {
  state: SessionState = { name: 'greeting' };
  /** The proved device in hex; empty before. */
  deviceKey = '';
  readonly link: RelayLink;
  readonly #context: RelayContext;
  readonly #splitter;
  readonly #rate: FrameRate;
  #heard: number;
  #framesBeforeReady = 0;
  #appendsInFlight = 0;
  #appendBytesInFlight = 0;
  #requestsInFlight = 0;
  /** Reasons for which the link is not read at present. */
  readonly #pauses = new Set<'busy' | 'rate'>();
  /** Frames to be written together once what came in has been handled; undefined outside of that. */
  #gathered: Uint8Array[] | undefined;
  #cancelDeadline: () => void;
  #cancelRate: () => void = () => {};

  constructor(link: RelayLink, context: RelayContext) {
    this.link = link;
    this.#context = context;
    this.#splitter = createFrameSplitter({
      maxFrame: () => (this.state.name === 'ready' ? context.limits.frame : context.limits.unprovenFrame),
      wants: () => this.#pauses.size === 0 && this.state.name !== 'closed',
    });
    this.#rate = createFrameRate(context.clock, context.limits.framesPerSecond);
    this.#heard = context.clock.now();
    this.#cancelDeadline = context.clock.after(context.limits.handshakeTime, () => this.fail(new CodedError('handshake_timeout')));
  }

  receive(run: Uint8Array): void {
    this.#heard = this.#context.clock.now();
    this.#handle(run);
  }

  #handle(run: Uint8Array): void {
    if (this.state.name === 'closed' || this.#context.closing) return;
    this.#gathered = [];
    try {
      // A plain view: slices of a Buffer would keep the whole chunk alive.
      this.#splitter.push(new Uint8Array(run.buffer, run.byteOffset, run.length), (body) => this.#take(body));
      if (this.#splitter.pending > 0 && this.#isTooMuch(0)) throw new CodedError('too_slow');
    } catch (error) {
      this.fail(error);
    }
    this.#flush();
  }

  #take(body: Uint8Array): void {
    if (this.state.name !== 'ready' && ++this.#framesBeforeReady > this.#context.limits.unprovenFrames) throw new CodedError('not_ready');
    this.charge(1);
    const answer = handleFrame(this, decodeClientFrame(body), this.#context);
    if (answer) this.#track(answer);
  }

  /** Counts frames of this connection; past its rate it is read more slowly. */
  charge(frames: number): void {
    const wait = this.#rate.take(frames);
    if (wait === 0 || this.#pauses.has('rate')) return;
    this.#pause('rate');
    this.#cancelRate = this.#context.clock.after(wait, () => this.#resume('rate'));
  }

  /** Counts a request that waits for the disk. */
  #track(answer: Promise<void>): void {
    this.#requestsInFlight++;
    this.#regulate();
    answer
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.#requestsInFlight--;
        this.#regulate();
      });
  }

  /** Counts an append that was handed to the writer, or, with -1, that was answered. */
  countAppend({ body, info, welcome }: ClientFrames['append'], sign: 1 | -1): void {
    this.#appendsInFlight += sign;
    this.#appendBytesInFlight += sign * (body.length + (info?.length ?? 0) + (welcome?.length ?? 0));
    this.#regulate();
  }

  #regulate(): void {
    const { limits } = this.#context;
    const fullness = Math.max(
      this.#appendsInFlight / limits.appendsInFlight,
      this.#appendBytesInFlight / limits.appendBytesInFlight,
      this.#requestsInFlight / limits.requestsInFlight,
    );
    if (fullness >= 1) this.#pause('busy');
    else if (fullness <= 0.5) this.#resume('busy');
  }

  #pause(reason: 'busy' | 'rate'): void {
    if (this.#pauses.size === 0) this.link.pause();
    this.#pauses.add(reason);
  }

  #resume(reason: 'busy' | 'rate'): void {
    if (!this.#pauses.delete(reason) || this.#pauses.size > 0) return;
    // First what had come already when it was to be read no more.
    this.#handle(NOTHING);
    if (this.#pauses.size === 0 && this.state.name !== 'closed') this.link.resume();
  }

  /** Writes one frame, together with others of this turn where it is an answer. */
  answer(frame: RelayFrame): void {
    this.send(encodeFrame(frame));
  }

  send(run: Uint8Array): void {
    if (this.state.name === 'closed' || run.length === 0) return;
    if (this.#gathered) this.#gathered.push(run);
    else this.#write(run);
  }

  #flush(): void {
    const frames = this.#gathered;
    this.#gathered = undefined;
    if (frames && frames.length > 0 && this.state.name !== 'closed') this.#write(joinRun(frames));
  }

  #write(run: Uint8Array): void {
    try {
      if (this.#isTooMuch(run.length)) throw new CodedError('too_slow');
      this.link.write(run);
    } catch (error) {
      // Whoever sends to many must not be stopped by one of them.
      this.fail(error);
    }
  }

  /** Bytes unsent, and of a frame that is not whole yet. */
  get held(): number {
    return this.link.queued + this.#splitter.pending;
  }

  #isTooMuch(more: number): boolean {
    const { limits, load } = this.#context;
    const queued = this.link.queued + more;
    if (queued > limits.sendQueue) return true;
    return queued + this.#splitter.pending > limits.fairQueue && load.total() + more > limits.queuedInAll;
  }

  /** The device is proved: from here on silence is watched instead of the handshake. */
  becomeReady(device: Uint8Array): void {
    this.deviceKey = toHex(device);
    this.state = { name: 'ready', device, doorsByRoom: new Map(), guesses: 0 };
    this.#context.devices.add(this);
    this.#cancelDeadline();
    this.#watchSilence();
  }

  #watchSilence(): void {
    const { clock, limits } = this.#context;
    this.#heard = Math.min(this.#heard, clock.now());
    const silent = clock.now() - this.#heard;
    if (silent >= limits.lostAfter) return this.end('lost');
    if (silent >= limits.pingAfter) this.answer({ t: 'ping' });
    const next = silent >= limits.pingAfter ? Math.min(limits.pingAfter, limits.lostAfter - silent) : limits.pingAfter - silent;
    this.#cancelDeadline = clock.after(next, () => this.#watchSilence());
  }

  /** Ends the session for `error`: its code is told to the peer where it has one, anything else is a defect of ours. */
  fail(error: unknown): void {
    if (this.state.name === 'closed') return;
    const code = error instanceof CodedError && Object.hasOwn(ERRORS, error.code) ? error.code : undefined;
    if (!code) this.#context.emit({ event: 'fault', error });
    // The queue may be what is full, so this goes past it.
    const last = code ? [encodeFrame({ t: 'error', code })] : [];
    const frames = [...(this.#gathered ?? []), ...last];
    this.#gathered = undefined;
    try {
      if (frames.length > 0) this.link.write(joinRun(frames));
    } catch {
      // The link may be what is at fault.
    }
    this.end(code ?? 'fault');
  }

  end(code: string): void {
    if (this.state.name === 'closed') return;
    this.state = { name: 'closed' };
    this.#cancelDeadline();
    this.#cancelRate();
    this.#context.release(this, code);
    this.link.close();
  }

  closed(): void {
    this.end('gone');
  }

  /** The state of a session that was ready when its handler began, or undefined when it closed meanwhile. */
  get ready(): ReadyState | undefined {
    return this.state.name === 'ready' ? this.state : undefined;
  }
}
