import type { Calls, Client, ClientEvent, ConnectionState, Files, RoomView } from '../../client/index.ts';
import { LIMITS_OF_CONTENT, normalizeName } from '../../client/index.ts';
import { CodedError, toHex } from '../../protocol/index.ts';
import { createFakeCalls, type FakeCalls } from './fake-calls.ts';
import { deviceOf, OWN, wordsOf } from './fake-device.ts';
import { createFakeFiles, type FakeFile, type FakeFiles } from './fake-files.ts';
import { createFakeMedia, type FakeMedia } from './fake-media.ts';
import { createFakeRoom, fakeMember, type FakeRoom, type FakeRoomOptions, fillFakeRoom } from './fake-room.ts';

export { deviceOf } from './fake-device.ts';

/**
 * A client without an engine, for tests of the page and for drawing it: rooms whose others say what the test makes them say.
 * No part of the page that people get.
 */
export interface FakeClient extends Client {
  /** Somebody else writes; in the first room, unless another is named. */
  hear(name: string, text: string, options?: { style?: 'plain' | 'action'; at?: number; room?: string }): void;
  /** Anything else appears in the log. */
  show(item: Record<string, unknown> & { kind: string }, room?: string): void;
  setConnection(state: ConnectionState): void;
  setView(change: Partial<RoomView>, room?: string): void;
  /** Somebody else begins a conversation of two. @returns its room */
  beginDirect(name: string, text?: string): string;
  /** Somebody stands at the door of the first room, or goes away from it. */
  knockAt(name: string): void;
  goAway(name: string): void;
  /** What those inside do with this device's knock. */
  letIn(): void;
  refuse(code?: string): void;
  setFront(front: Front): void;
  /** Takes own lines into the log, as the relay would; while held they stay in the outbox. */
  hold(held: boolean): void;
  emit(event: ClientEvent): void;
  /** Before the first connection nobody knows where the relay is reached. */
  setRelay(known: boolean): void;
  /** The next call of this method rejects with this code. */
  failNext(method: keyof Client | `files.${keyof Files}` | `calls.${keyof Calls}`, code: string): void;
  readonly asked: string[];
  readonly files: FakeFiles;
  readonly calls: FakeCalls;
  readonly media: FakeMedia;
  /** Somebody sends a file, or this device did. @returns its id */
  share(file: FakeFile, room?: string): string;
}

type Front = 'invited' | 'open' | 'closed' | 'missing';

export interface FakeOptions extends Omit<FakeRoomOptions, 'room'> {
  readonly inside: boolean;
  readonly front?: Front;
  /** It knocked before the page was opened. */
  readonly knocking?: boolean;
  /** Conversations of two, by the names of the others. */
  readonly direct?: ReadonlyArray<{ readonly with: string; readonly lines?: number; readonly readUpTo?: number }>;
}

export const FAKE_ROOM = '00112233445566778899aabbccddeeff';
export const directRoomOf = (name: string): string => deviceOf(`with ${name}`).slice(0, 32);

export function createFakeClient(options: FakeOptions): FakeClient {
  const listeners = new Set<(event: ClientEvent) => void>();
  const asked: string[] = [];
  const failures = new Map<string, string>();
  const rooms = new Map<string, FakeRoom>();
  let front: Front = options.front ?? 'invited';
  let connection: ConnectionState = { state: 'connected' };
  let knocking: { resolve(room: string): void; reject(error: CodedError): void } | undefined;
  let held = false;
  let relayKnown = true;
  let ids = 0;

  const emit = (event: ClientEvent) => listeners.forEach((listener) => listener(event));
  // It is there before anybody is in it, so that a test can say what it will be like.
  const first = createFakeRoom({ ...options, room: FAKE_ROOM, ...(options.front === 'open' ? { access: 'open' as const } : {}) }, emit);
  const get = (id: string): FakeRoom => {
    const room = rooms.get(id) ?? (id === FAKE_ROOM || id === '' ? first : undefined);
    if (!room) throw new CodedError('no_such_room');
    return room;
  };

  function called(method: string, ...values: unknown[]): void {
    asked.push([method, ...values].join(' '));
    const code = failures.get(method);
    failures.delete(method);
    if (code !== undefined) throw new CodedError(code);
  }

  function enter(name: string, door: 'founder' | 'link' | 'knock' | 'open', change: Partial<RoomView> = {}): string {
    rooms.set(FAKE_ROOM, first);
    const members = first.view.members.map((member) => (member.own ? { ...member, name, door } : member));
    first.view = { ...first.view, phase: 'ready', name, members, ...change };
    const [host] = first.view.members.filter(({ own }) => !own);
    first.append({ kind: 'joined', door, own: true, ...(door === 'knock' && host ? { by: host.name, byDevice: host.device } : {}) });
    emit({ event: 'ready', room: FAKE_ROOM });
    return FAKE_ROOM;
  }

  function standWaiting(name: string): void {
    rooms.set(FAKE_ROOM, first);
    first.view = { ...first.view, phase: 'knocking', name };
  }

  function endWaiting(code: string): void {
    rooms.delete(FAKE_ROOM);
    const error = new CodedError(code);
    emit({ event: 'error', room: FAKE_ROOM, error });
    knocking?.reject(error);
    knocking = undefined;
  }

  function addDirect(name: string, more: Partial<FakeRoomOptions> = {}): FakeRoom {
    const about = { room: directRoomOf(name), access: 'direct' as const, people: [name], name: first.view.name, ...more };
    const direct = createFakeRoom(about, emit);
    rooms.set(about.room, direct);
    fillFakeRoom(direct, about);
    return direct;
  }

  if (options.inside) {
    rooms.set(FAKE_ROOM, first);
    fillFakeRoom(first, { ...options, room: FAKE_ROOM });
    for (const { with: name, ...more } of options.direct ?? []) addDirect(name, more);
  }
  if (options.knocking) standWaiting(options.name ?? 'Lena');

  const files = createFakeFiles({ get, deviceOf, emit, called });
  const calls = createFakeCalls({ first: FAKE_ROOM, own: () => first.view.name, emit, called });
  const on: Client['on'] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const media = createFakeMedia({ own: OWN, calls, called, on });

  return {
    device: OWN,
    files,
    share: (file, room = FAKE_ROOM) => files.share(room, file),
    asked,
    calls,
    media,
    rooms: () => [...rooms.keys()],
    view: (id) => get(id).view,
    connection: () => connection,
    relay: () => (relayKnown ? { key: new Uint8Array(32).fill(7), address: '192.168.1.20', webPort: 5000, chatPort: 9009 } : null),
    on,
    async front() {
      called('front');
      if (front === 'missing') throw new CodedError('not_founded');
      return { room: FAKE_ROOM, access: front === 'open' ? 'open' : 'invited', canKnock: front === 'invited' };
    },
    async knock({ name }) {
      called('knock', name);
      const typed = normalizeName(name);
      if (front === 'open') return enter(typed, 'open', { access: 'open' });
      standWaiting(typed);
      const admitted = new Promise<string>((resolve, reject) => (knocking = { resolve, reject }));
      emit({ event: 'waiting', room: FAKE_ROOM, words: wordsOf(OWN) });
      return admitted;
    },
    async withdraw(room) {
      called('withdraw', room);
      endWaiting('withdrawn');
    },
    async found(token, { name, title = '', access = 'invited' }) {
      called('found', toHex(token).slice(0, 4), name, title, access);
      return enter(normalizeName(name), 'founder', { title, access });
    },
    async join(invite, { name }) {
      called('join', invite.room, name);
      return enter(normalizeName(name), 'link');
    },
    async send(id, text, style = 'plain') {
      called('send', text, style);
      const room = get(id);
      if (new TextEncoder().encode(text).length > LIMITS_OF_CONTENT.text) throw new CodedError('text_too_long');
      const pending = { id: `own-${ids++}`, text, style, at: Date.now() };
      room.view = { ...room.view, pending: [...room.view.pending, pending] };
      emit({ event: 'queued', room: room.view.room, id: pending.id, text });
      emit({ event: 'changed', room: room.view.room });
      if (!held) setTimeout(room.settle, 30, pending);
      return pending.id;
    },
    async history(id, { before = Number.POSITIVE_INFINITY, limit }) {
      const earlier = get(id).items.filter((item) => item.seq < before);
      const first = earlier.at(-limit)?.seq;
      return earlier.filter((item, i) => i >= earlier.length - limit || item.seq === first);
    },
    async markRead(id, seq) {
      called('markRead', seq);
      const room = get(id);
      const readUpTo = Math.max(room.view.readUpTo, seq);
      const unread = room.items.filter((item) => item.kind === 'text' && !item.own && item.seq > readUpTo).length;
      room.change({ readUpTo, unread });
    },
    async rename(id, name) {
      called('rename', name);
      const room = get(id);
      const before = room.view.name;
      const typed = normalizeName(name);
      room.view = {
        ...room.view,
        name: typed,
        members: room.view.members.map((member) => (member.own ? { ...member, name: typed } : member)),
      };
      room.append({ kind: 'renamed', own: true, from: typed, before });
    },
    async invite(room) {
      called('invite');
      return { room, secret: new Uint8Array(32).map((_, i) => i * 7) };
    },
    async remove(id, device) {
      called('remove', device);
      const room = get(id);
      const gone = room.view.members.find((member) => member.device === device);
      if (!gone) throw new CodedError('no_such_member');
      room.view = { ...room.view, members: room.view.members.filter((member) => member !== gone) };
      room.append({ kind: 'removed', device, from: gone.name, by: room.view.name, byDevice: OWN });
      room.append({ kind: 'link-changed' });
    },
    async admit(id, device) {
      called('admit', device);
      const room = get(id);
      const knock = room.endKnock(device);
      if (!knock) throw new CodedError('no_such_knock');
      room.view = { ...room.view, members: [...room.view.members, fakeMember(knock.name, { door: 'knock' })] };
      room.append({ kind: 'joined', door: 'knock', device, from: knock.name, by: room.view.name, byDevice: OWN });
    },
    async deny(id, device) {
      called('deny', device);
      get(id).endKnock(device);
    },
    async direct(id, device) {
      called('direct', device);
      const member = get(id).view.members.find((one) => one.device === device);
      if (!member) throw new CodedError('no_such_member');
      const known = rooms.get(directRoomOf(member.name));
      if (known?.view.members.some((one) => one.device === device)) return known.view.room;
      const { view } = addDirect(member.name);
      emit({ event: 'ready', room: view.room });
      emit({ event: 'changed', room: view.room });
      return view.room;
    },
    words: wordsOf,
    async verify(device, how) {
      called('verify', device, how);
      for (const room of rooms.values()) {
        room.change({ members: room.view.members.map((member) => (member.device === device ? { ...member, verified: how } : member)) });
      }
    },
    comparisonCode: (room) => `corrillo:compare:v1.${room}.${OWN}.${'A'.repeat(43)}`,
    async compare(id, code) {
      called('compare', code);
      const member = get(id).view.members.find(({ device }) => code.includes(device));
      if (!member || member.own) throw new CodedError(code.startsWith('corrillo:') ? 'code_stranger' : 'code_unreadable');
      await this.verify(member.device, 'qr');
      return { ...member, verified: 'qr' };
    },
    async leave(id) {
      called('leave');
      const room = get(id);
      room.view = { ...room.view, phase: 'left', canInvite: false, canRemove: false };
      room.append({ kind: 'left', own: true });
      emit({ event: 'ended', room: id, why: 'left', by: '' });
    },
    settled: async () => {},
    flush: async () => 0,
    close: async () => {},

    hear: (name, text, { style = 'plain', at = Date.now(), room = FAKE_ROOM } = {}) =>
      void get(room).append({ kind: 'text', id: `heard-${ids++}`, device: deviceOf(name), from: name, text, style, at }),
    show: (item, room = FAKE_ROOM) => void get(room).append(item),
    setConnection(next) {
      connection = next;
      emit({ event: 'state', connection });
    },
    setView: (change, room = FAKE_ROOM) => get(room).change(change),
    beginDirect(name, text) {
      const { view, append } = addDirect(name);
      emit({ event: 'opened', room: view.room });
      emit({ event: 'ready', room: view.room });
      if (text !== undefined) append({ kind: 'text', id: `heard-${ids++}`, device: deviceOf(name), from: name, text, style: 'plain' });
      return view.room;
    },
    knockAt: first.knock,
    goAway: (name) => void first.endKnock(deviceOf(name)),
    letIn() {
      const room = enter(first.view.name, 'knock');
      knocking?.resolve(room);
      knocking = undefined;
    },
    refuse: (code = 'knock_refused') => endWaiting(code),
    setFront: (next) => void (front = next),
    hold(now) {
      held = now;
      if (!held) for (const room of rooms.values()) room.view.pending.forEach(room.settle);
    },
    emit,
    setRelay: (known) => void (relayKnown = known),
    failNext: (method, code) => void failures.set(method, code),
  };
}
