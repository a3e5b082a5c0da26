import type { Client, ClientEvent, ConnectionState, Member, PendingItem, RoomView, TimelineItem } from '../../client/index.ts';
import { LIMITS_OF_CONTENT, normalizeName } from '../../client/index.ts';
import { CodedError, toHex } from '../../protocol/index.ts';

/**
 * A client without an engine, for tests of the page and for drawing it: one room whose others say what the test makes them say.
 * No part of the page that people get.
 */
export interface FakeClient extends Client {
  /** Somebody else writes. */
  hear(name: string, text: string, options?: { style?: 'plain' | 'action'; at?: number }): void;
  /** Anything else appears in the log. */
  show(item: Record<string, unknown> & { kind: string }): void;
  setConnection(state: ConnectionState): void;
  setView(change: Partial<RoomView>): void;
  /** Takes own lines into the log, as the relay would; while held they stay in the outbox. */
  hold(held: boolean): void;
  emit(event: ClientEvent): void;
  /** Before the first connection nobody knows where the relay is reached. */
  setRelay(known: boolean): void;
  /** The next call of this method rejects with this code. */
  failNext(method: keyof Client, code: string): void;
  readonly calls: string[];
}

export interface FakeOptions {
  readonly inside: boolean;
  readonly people?: readonly string[];
  readonly lines?: number;
  readonly readUpTo?: number;
  readonly title?: string;
  readonly name?: string;
}

export const FAKE_ROOM = '00112233445566778899aabbccddeeff';
const START = Date.UTC(2026, 4, 12, 16, 20);

/** The same name always has the same device. */
export function deviceOf(name: string): string {
  let hash = 2166136261;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 16777619) >>> 0;
  return hash.toString(16).padStart(8, '0').repeat(8);
}

export function createFakeClient(options: FakeOptions): FakeClient {
  const listeners = new Set<(event: ClientEvent) => void>();
  const items: TimelineItem[] = [];
  const calls: string[] = [];
  const failures = new Map<string, string>();
  let inside = options.inside;
  let connection: ConnectionState = { state: 'connected' };
  let held = false;
  let relayKnown = true;
  let ids = 0;
  let view = blankView(options);

  const emit = (event: ClientEvent) => listeners.forEach((listener) => listener(event));
  const nextSeq = () => view.seq + 1;

  function append(item: Record<string, unknown> & { kind: string }): TimelineItem {
    const seq = (item['seq'] as number | undefined) ?? nextSeq();
    const whole = { seq, at: Date.now(), device: view.device, from: view.name, own: false, ...item } as unknown as TimelineItem;
    items.push(whole);
    view = { ...view, seq: Math.max(view.seq, whole.kind === 'missing' ? whole.to : seq) };
    emit({ event: 'item', room: view.room, item: whole });
    emit({ event: 'changed', room: view.room });
    return whole;
  }

  function settle(pending: PendingItem): void {
    view = { ...view, pending: view.pending.filter((item) => item.id !== pending.id) };
    const { seq } = append({ kind: 'text', id: pending.id, text: pending.text, style: pending.style, own: true, at: pending.at });
    emit({ event: 'sent', room: view.room, id: pending.id, seq });
  }

  function called(method: string, ...values: unknown[]): void {
    calls.push([method, ...values].join(' '));
    const code = failures.get(method);
    failures.delete(method);
    if (code !== undefined) throw new CodedError(code);
  }

  async function enter(name: string, door: 'founder' | 'link', title = view.title): Promise<string> {
    const typed = normalizeName(name);
    inside = true;
    view = {
      ...view,
      phase: 'ready',
      title,
      name: typed,
      members: view.members.map((member) => (member.own ? { ...member, name: typed } : member)),
    };
    append({ kind: 'joined', door, own: true });
    return view.room;
  }

  if (inside) fill(options, append);
  view = { ...view, readUpTo: options.readUpTo ?? view.seq };

  return {
    device: view.device,
    calls,
    rooms: () => (inside ? [view.room] : []),
    view: () => view,
    connection: () => connection,
    relay: () => (relayKnown ? { key: new Uint8Array(32).fill(7), address: '192.168.1.20', webPort: 5000, chatPort: 9009 } : null),
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async found(token, { name, title }) {
      called('found', toHex(token).slice(0, 4), name, title);
      return enter(name, 'founder', title);
    },
    async join(invite, { name }) {
      called('join', invite.room, name);
      return enter(name, 'link');
    },
    async send(_room, text, style = 'plain') {
      called('send', text, style);
      if (new TextEncoder().encode(text).length > LIMITS_OF_CONTENT.text) throw new CodedError('text_too_long');
      const pending = { id: `own-${ids++}`, text, style, at: Date.now() };
      view = { ...view, pending: [...view.pending, pending] };
      emit({ event: 'queued', room: view.room, id: pending.id, text });
      emit({ event: 'changed', room: view.room });
      if (!held) setTimeout(settle, 30, pending);
      return pending.id;
    },
    async history(_room, { before = Number.POSITIVE_INFINITY, limit }) {
      return items.filter((item) => item.seq < before).slice(-limit);
    },
    async markRead(_room, seq) {
      called('markRead', seq);
      view = { ...view, readUpTo: Math.max(view.readUpTo, seq) };
    },
    async rename(_room, name) {
      called('rename', name);
      const before = view.name;
      const typed = normalizeName(name);
      view = { ...view, name: typed, members: view.members.map((member) => (member.own ? { ...member, name: typed } : member)) };
      append({ kind: 'renamed', own: true, from: typed, before });
    },
    async invite(room) {
      called('invite');
      return { room, secret: new Uint8Array(32).map((_, i) => i * 7) };
    },
    async remove(_room, device) {
      called('remove', device);
      const gone = view.members.find((member) => member.device === device);
      if (!gone) throw new CodedError('no_such_member');
      view = { ...view, members: view.members.filter((member) => member !== gone) };
      append({ kind: 'removed', device, from: gone.name, by: view.name, byDevice: view.device });
      append({ kind: 'link-changed' });
    },
    async leave() {
      called('leave');
      view = { ...view, phase: 'left', canInvite: false, canRemove: false };
      append({ kind: 'left', own: true });
      emit({ event: 'ended', room: view.room, why: 'left', by: '' });
    },
    settled: async () => {},
    flush: async () => 0,
    close: async () => {},

    hear: (name, text, { style = 'plain', at = Date.now() } = {}) =>
      void append({ kind: 'text', id: `heard-${ids++}`, device: deviceOf(name), from: name, text, style, at }),
    show: (item) => void append(item),
    setConnection(next) {
      connection = next;
      emit({ event: 'state', connection });
    },
    setView(change) {
      view = { ...view, ...change };
      emit({ event: 'changed', room: view.room });
    },
    hold(now) {
      held = now;
      if (!held) for (const pending of view.pending) settle(pending);
    },
    emit,
    setRelay: (known) => void (relayKnown = known),
    failNext: (method, code) => void failures.set(method, code),
  };
}

function blankView({ people = [], title = '', name = 'Marta' }: FakeOptions): RoomView {
  const device = deviceOf('own');
  const own: Member = { device, name, own: true, here: true, role: 'founder' };
  const others = people.map((other, i): Member => ({
    device: deviceOf(other),
    name: other,
    own: false,
    here: i % 3 !== 2,
    role: i === 1 ? 'remover' : 'member',
  }));
  return {
    room: FAKE_ROOM,
    title,
    phase: 'ready',
    name,
    device,
    epoch: 4,
    words: ['harbor', 'velvet', 'nephew', 'orchard', 'signal'],
    members: [own, ...others],
    seq: 0,
    readUpTo: 0,
    pending: [],
    canInvite: true,
    canRemove: true,
    confirmed: true,
    changing: false,
  };
}

const SAYINGS = [
  'Has anybody seen the long ladder?',
  'It is behind the shed, next to the bicycles.',
  'Thanks!',
  'The train leaves at 17:40, so we meet at the gate at five. Whoever comes later walks.',
  'I bring bread.',
  'And I the cheese. Somebody has to think of the knife this time, last year we broke it with our hands and it was not a pretty sight.',
  'ok',
  'https://192.168.1.20:8080/plan.pdf has the plan',
];

/** A conversation as long as a test wants it, over as many days as that takes. */
function fill({ people = [], lines = 0 }: FakeOptions, append: (item: Record<string, unknown> & { kind: string }) => void): void {
  append({ kind: 'joined', door: 'founder', own: true, at: START });
  people.forEach((name, i) => append({ kind: 'joined', door: 'link', device: deviceOf(name), from: name, at: START + (i + 1) * 60_000 }));
  const speakers = [...people, undefined];
  for (let i = 0; i < lines; i++) {
    const name = speakers[Math.floor(i / 2) % speakers.length];
    const who = name === undefined ? { own: true } : { device: deviceOf(name), from: name };
    append({
      kind: 'text',
      id: `line-${i}`,
      text: `${SAYINGS[i % SAYINGS.length]}`,
      style: 'plain',
      at: START + 600_000 + i * 140_000,
      ...who,
    });
  }
}
