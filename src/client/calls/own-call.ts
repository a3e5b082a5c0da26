import { type CallAnswer, type CallDemand, type CallSource, CodedError, toHex } from '../../protocol/index.ts';
import type { Group } from '../../crypto/index.ts';
import type { ClientEvent } from '../api.ts';
import type { CallWord } from '../ephemeral/index.ts';
import { asCoded } from '../files/faults.ts';
import type { RandomBytes } from '../ports.ts';
import { createAnnouncing } from './announcing.ts';
import { askToJoin, type AttemptPorts, enter } from './attempt.ts';
import { CALL_LIMITS } from './limits.ts';
import { createNamedTimers } from './named-timers.ts';
import { createOwnLine, eventsUntil } from './own-line.ts';
import { createOwnSources } from './own-sources.ts';
import { afterFault, flowing, joining, type OwnStage } from './own-steps.ts';
import type { CallTransportEvents } from './ports.ts';
import { bitsOf } from './source-bits.ts';
import type { Wish } from './slots.ts';
import { within } from './within.ts';

/** The call that this device is in, from joining to its end. */
export interface OwnCall {
  readonly room: string;
  readonly stage: OwnStage;
  readonly sources: ReadonlySet<CallSource>;
  readonly hand: boolean;
  readonly since: number;
  /** Resolves when it is in. Rejects with what keeps it out; with `not_in_call` where it was called off. */
  inside(): Promise<void>;
  turn(source: CallSource, on: boolean): Promise<void>;
  raiseHand(up: boolean): void;
  /** The others, the epoch, or what is to be shown may be different. */
  look(): void;
  /** So many are in who may not have heard how this device is. */
  repeat(crowd: number): void;
  /** Whether the relay says that this device is in; null: there is none that could say. */
  listed(is: boolean | null): void;
  /** The relay is there again. */
  up(): void;
  onDemand(demand: readonly CallDemand[]): void;
  onEnded(code: string): void;
  /** Ends at once, whatever is under way. `silently`: the relay is not told, and nobody else. */
  end(error: CodedError | null, silently?: boolean): void;
}

export interface OwnCallPorts extends AttemptPorts {
  readonly random: RandomBytes;
  readonly room: Uint8Array;
  /** As it is now; null where this device is in none. */
  group(): Group | null;
  say(word: CallWord): void;
  wishes(): readonly Wish[];
  emit(event: ClientEvent): void;
  /** What people see of it may be different. */
  onChange(): void;
  /** It ended; `error`: by itself, and why. */
  onOver(error: CodedError | null): void;
}

interface Beginning {
  readonly sources: Iterable<CallSource>;
  /** Nobody is in yet: the others are called. */
  readonly rings: boolean;
}

export function createOwnCall(ports: OwnCallPorts, beginning: Beginning): OwnCall {
  const { clock, random, connection, group } = ports;
  const room = toHex(ports.room);
  const since = clock.now();
  let stage = joining;
  let hand = false;
  let ring = beginning.rings;
  let over = false;
  /** What the relay answered when the line was made. */
  let answer: CallAnswer | null = null;
  let attempt = new AbortController();
  const waiting: Array<{ resolve(): void; reject(error: CodedError): void }> = [];
  const timers = createNamedTimers<'retry' | 'ring' | 'unlisted' | 'disconnected' | 'former'>(clock);
  const line = createOwnLine({
    clock,
    timers,
    group,
    wishes: ports.wishes,
    want: (wants) => connection.send([{ t: 'call.want', room: ports.room, wants: [...wants] }]),
  });

  const announcing = createAnnouncing(ports, () => {
    if (stage.at === 'in') ports.say({ in: true, sources: bitsOf(sources.sending), hand, ring, since });
  });
  const sources = createOwnSources(new Set(beginning.sources), {
    onChange: changed,
    onRefused: tell,
    onStuck(error) {
      tell(error);
      // A transport that does not stop what it was told to stop is of no use.
      fail(error);
    },
  });

  function tell(error: CodedError): void {
    if (!over) ports.emit({ event: 'error', room, error });
  }

  function changed(): void {
    if (over) return;
    if (stage.at === 'in') announcing.now();
    ports.onChange();
  }

  async function join(): Promise<void> {
    timers.cancel('retry');
    const mine = new AbortController();
    attempt = mine;
    const { signal } = mine;
    try {
      answer = await enter(ports, {
        room: ports.room,
        signal,
        group,
        events: eventsUntil(signal, eventsOf()),
        onOpen: line.open,
      });
    } catch (error) {
      if (!signal.aborted) fail(asCoded(error));
      return;
    }
    if (signal.aborted || !line.transport) return;
    const tries = stage;
    stage = flowing(tries, clock.now());
    sources.use(line.transport);
    line.receiving?.look();
    for (const { resolve } of waiting.splice(0)) resolve();
    changed();
    await sources.begin();
    if (!signal.aborted) line.dropFormer();
  }

  /** The chat's connection is another one: the relay is told that what it carries of this device goes on. */
  async function resume(): Promise<void> {
    const { signal } = attempt;
    const before = JSON.stringify(answer);
    if (!line.transport) return;
    line.transport.doubt?.();
    try {
      const asking = askToJoin(connection, { room: ports.room, offer: line.transport.offer });
      const now = await within(asking, { clock, signal, ms: CALL_LIMITS.answer, code: 'timeout' });
      if (signal.aborted) return;
      // It had let go of it, and would begin another: with this transport nothing would come of that.
      if (JSON.stringify(now) !== before) return fail(new CodedError('call_lost'));
      line.receiving?.again();
    } catch (error) {
      // Without a connection it is asked again on the next one.
      if (!signal.aborted && connection.up) fail(asCoded(error));
    }
  }

  function eventsOf(): CallTransportEvents {
    return {
      onState(now) {
        // One network carries both: what is to be asked of the relay must not wait for an answer that never comes.
        if (now !== 'connected') connection.doubt();
        if (now === 'lost') return fail(new CodedError(connection.up ? 'call_unreachable' : 'offline'));
        if (now === 'connected') timers.cancel('disconnected');
        else timers.after('disconnected', CALL_LIMITS.disconnected, () => fail(new CodedError('call_unreachable')));
      },
      onStopped(source, error) {
        sources.stopped(source);
        tell(error);
      },
      onUnsealed() {
        sources.stopAll();
        tell(new CodedError('call_unsealed'));
      },
      onMedia: (counts) => ports.emit({ event: 'media', room, counts }),
    };
  }

  /** It is not in, or in no longer: tried again, or over. */
  function fail(error: CodedError): void {
    if (over) return;
    attempt.abort(error);
    const next = afterFault(stage, error, clock.now(), (random(1)[0] as number) / 256);
    if (next.kind === 'out') return end(error, error.code === 'call_replaced');
    stage = next.stage;
    dropLine(sources.sending.has('screen'));
    timers.cancel('unlisted', 'disconnected');
    timers.after('retry', next.delay, () => void join());
    ports.onChange();
  }

  function dropLine(keepsScreen: boolean): void {
    sources.use(null);
    line.drop(keepsScreen);
  }

  function end(error: CodedError | null, silently = false): void {
    if (over) return;
    const wasIn = stage.at !== 'joining';
    over = true;
    attempt.abort(error ?? new CodedError('not_in_call'));
    announcing.stop();
    timers.cancelAll();
    dropLine(false);
    line.dropFormer();
    if (!silently) {
      connection.send([{ t: 'call.leave', room: ports.room }]);
      if (wasIn) ports.say({ in: false, sources: 0, hand: false, ring: false, since });
    }
    for (const { reject } of waiting.splice(0)) reject(error ?? new CodedError('not_in_call'));
    if (error && wasIn) ports.emit({ event: 'error', room, error });
    ports.onOver(error);
  }

  if (ring)
    timers.after('ring', CALL_LIMITS.ring, () => {
      ring = false;
      changed();
    });
  void join();

  return {
    room,
    get stage() {
      return stage;
    },
    sources: sources.sending,
    get hand() {
      return hand;
    },
    since,
    inside: () => (stage.at === 'in' ? Promise.resolve() : new Promise((resolve, reject) => void waiting.push({ resolve, reject }))),
    turn: sources.turn,
    raiseHand(up) {
      if (hand === up) return;
      hand = up;
      changed();
    },
    look() {
      const now = group();
      if (now) line.rekey(now);
      if (stage.at === 'in') line.receiving?.look();
    },
    repeat: (crowd) => stage.at === 'in' && announcing.soon(crowd),
    listed(is) {
      if (is !== false || stage.at !== 'in') timers.cancel('unlisted');
      else if (!timers.runs('unlisted')) timers.after('unlisted', CALL_LIMITS.unlisted, () => fail(new CodedError('call_lost')));
    },
    up() {
      if (stage.at === 'waiting' && timers.runs('retry')) void join();
      else if (stage.at === 'in') void resume();
    },
    onDemand: (demand) => line.transport?.demand(demand),
    onEnded(code) {
      // The room itself says why, to everybody who shows it.
      if (code === 'unknown_room') return end(null);
      // What ends while it is joined anew is what was before.
      if (stage.at === 'in' || code === 'call_replaced') fail(new CodedError(code));
    },
    end,
  };
}
