import type { CallView, Client, ClientEvent, FileItem, Member, RoomView, TimelineItem, Transfer } from '../../src/client/index.ts';
import type { NodeClient } from '../../src/client/node/index.ts';
import { CodedError } from '../../src/protocol/index.ts';
import { createFakeCalls, type FakeCalls } from './fake-calls.ts';

/**
 * An engine without a relay, for tests of the terminal: rooms whose people say and are called what the test makes them, also what no
 * honest engine would let through.
 */
export interface FakeEngine extends NodeClient, Pick<FakeCalls, 'picture' | 'speaking' | 'closeWindow' | 'failWith'> {
  /** What a terminal draws the pictures of calls from. */
  readonly pictures: NonNullable<NodeClient['pictures']>;
  /** The room's call is this from here on; null: there is none. */
  setCall(change: Partial<CallView> | null, room?: string): void;
  hear(text: string, from?: { name?: string; device?: string; room?: string; style?: 'plain' | 'action' }): void;
  show(item: Record<string, unknown> & { kind: string }, room?: string): void;
  setView(change: Partial<RoomView>, room?: string): void;
  setConnection(state: ReturnType<Client['connection']>): void;
  addRoom(view: Partial<RoomView> & { room: string }): void;
  emit(event: ClientEvent): void;
  /** What is on its way from here on, the one that moved told. */
  setTransfers(transfers: readonly Transfer[], told?: Transfer): void;
  /** As if another program asked for the device. */
  takeOver(): Promise<string>;
  /** Own lines stay on their way while it holds. */
  hold: boolean;
  /** What was asked of it, in order. */
  readonly asked: Array<readonly unknown[]>;
}

export const HERE = '00112233445566778899aabbccddeeff';
const OWN = 'ab'.repeat(32);

export function fakeMember(name: string, change: Partial<Member> = {}): Member {
  const device = Array.from(name.padEnd(4), (letter) => (letter.codePointAt(0) as number).toString(16).padStart(4, '0'))
    .join('')
    .padEnd(64, '0')
    .slice(0, 64);
  return { device, name, own: false, here: true, role: 'member', door: 'link', verified: null, ...change };
}

function blankView(room: string): RoomView {
  return {
    room,
    title: '',
    access: 'invited',
    peer: null,
    phase: 'ready',
    name: 'Marta',
    device: OWN,
    epoch: 1,
    words: ['harbor', 'velvet', 'nephew', 'orchard', 'signal'],
    members: [{ ...fakeMember('Marta'), device: OWN, own: true, role: 'founder' }, fakeMember('Ana'), fakeMember('Juan', { here: false })],
    seq: 0,
    readUpTo: 0,
    unread: 0,
    knocks: [],
    pending: [],
    changing: false,
    canInvite: true,
    canRemove: true,
    confirmed: true,
  };
}

export function createFakeEngine(): FakeEngine {
  const listeners = new Set<(event: ClientEvent) => void>();
  const views = new Map<string, RoomView>([[HERE, blankView(HERE)]]);
  const items = new Map<string, TimelineItem[]>();
  const asked: Array<readonly unknown[]> = [];
  let transfers: readonly Transfer[] = [];
  let connection: ReturnType<Client['connection']> = { state: 'connected' };
  let give: () => Promise<string> = async () => '';
  let ids = 0;

  const filesOf = (room: string) => (items.get(room) ?? []).filter((item): item is FileItem => item.kind === 'file').toReversed();
  const emit = (event: ClientEvent) => listeners.forEach((listener) => listener(event));
  const viewOf = (room: string) => {
    const view = views.get(room);
    if (!view) throw new CodedError('no_such_room');
    return view;
  };
  function setView(change: Partial<RoomView>, room = HERE): void {
    views.set(room, { ...viewOf(room), ...change });
    emit({ event: 'changed', room });
  }
  function show(item: Record<string, unknown> & { kind: string }, room = HERE): void {
    const seq = viewOf(room).seq + 1;
    const whole = {
      seq,
      at: Date.UTC(2026, 4, 12, 16, 20) + seq * 1000,
      device: OWN,
      from: 'Marta',
      own: false,
      ...item,
    } as unknown as TimelineItem;
    items.set(room, [...(items.get(room) ?? []).slice(-20_000), whole]);
    const { unread } = viewOf(room);
    setView({ seq, unread: whole.kind === 'text' && !whole.own ? unread + 1 : unread }, room);
    emit({ event: 'item', room, item: whole });
  }
  function call<T>(name: string, answer: (...values: never[]) => T) {
    return async (...values: unknown[]): Promise<T> => {
      asked.push([name, ...values]);
      return answer(...(values as never[]));
    };
  }

  const fakeCalls = createFakeCalls(emit, asked);

  const engine: FakeEngine = {
    device: OWN,
    draft: '',
    asked,
    calls: fakeCalls.calls,
    pictures: fakeCalls.pictures,
    hold: false,
    onTakenOver: (giver) => void (give = giver),
    takeOver: () => give(),
    rooms: () => [...views.keys()],
    view: viewOf,
    connection: () => connection,
    relay: () => ({ key: new Uint8Array(32).fill(7), address: '192.168.1.20', webPort: 5000, chatPort: 9009 }),
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    front: async () => ({ room: HERE, access: 'invited', canKnock: true }),
    found: call('found', () => HERE),
    knock: call('knock', () => HERE),
    withdraw: call('withdraw', () => undefined),
    join: call('join', () => HERE),
    send: call('send', (room: string, text: string, style: 'plain' | 'action' = 'plain') => {
      const id = `own-${ids++}`;
      if (Buffer.byteLength(text) > 65_536) throw new CodedError('text_too_long');
      const pending = { id, text, style, at: Date.now() };
      setView({ pending: [...viewOf(room).pending, pending] }, room);
      if (!engine.hold)
        setTimeout(() => {
          setView({ pending: viewOf(room).pending.filter((other) => other !== pending) }, room);
          show({ kind: 'text', id, text, style, own: true }, room);
        }, 10);
      return id;
    }),
    async history(room, { before = Number.POSITIVE_INFINITY, limit }) {
      return (items.get(room) ?? []).filter(({ seq }) => seq < before).slice(-limit);
    },
    async markRead(room, seq) {
      const { readUpTo } = viewOf(room);
      if (seq > readUpTo) setView({ readUpTo: seq, unread: 0 }, room);
    },
    rename: call('rename', () => undefined),
    invite: call('invite', (room: string) => ({ room, secret: new Uint8Array(32).fill(3) })),
    remove: call('remove', () => undefined),
    admit: call('admit', (room: string, device: string) =>
      setView({ knocks: viewOf(room).knocks.filter((knock) => knock.device !== device) }, room),
    ),
    deny: call('deny', (room: string, device: string) =>
      setView({ knocks: viewOf(room).knocks.filter((knock) => knock.device !== device) }, room),
    ),
    direct: call('direct', (_room: string, device: string) => {
      const known = [...views.values()].find(({ peer }) => peer === device);
      if (known) return known.room;
      const room = device.slice(0, 32);
      const members = viewOf(HERE).members.filter((member) => member.own || member.device === device);
      views.set(room, { ...blankView(room), access: 'direct', peer: device, members });
      return room;
    }),
    words: (device) => ['one', 'two', 'three', 'four', device.slice(0, 4)],
    verify: call('verify', () => undefined),
    comparisonCode: () => '',
    compare: call('compare', () => fakeMember('Ana')),
    leave: call('leave', () => undefined),
    files: {
      list: async (room) => filesOf(room),
      async find(room, id) {
        const item = filesOf(room).find(({ file }) => file.id.startsWith(id));
        if (!item) throw new CodedError('no_such_file');
        return item;
      },
      upload: call('upload', () => 'transfer'),
      download: call('download', () => 'transfer'),
      transfers: () => transfers,
      pause: call('pause', () => undefined),
      resume: call('resume', () => undefined),
      cancel: call('cancel', () => undefined),
      reopen: call('reopen', () => undefined),
      async *read() {},
      index: async () => [],
      delete: call('delete', () => undefined),
    },
    flush: async () => 0,
    settled: async () => {},
    close: async () => {},

    hear: (text, { name = 'Ana', device = fakeMember('Ana').device, room = HERE, style = 'plain' } = {}) =>
      show({ kind: 'text', id: `heard-${ids++}`, from: name, device, text, style }, room),
    show,
    setView,
    setCall: (change, room = HERE) => fakeCalls.setCall(change, room),
    picture: fakeCalls.picture,
    speaking: fakeCalls.speaking,
    closeWindow: fakeCalls.closeWindow,
    failWith: fakeCalls.failWith,
    setConnection(state) {
      connection = state;
      emit({ event: 'state', connection });
    },
    addRoom: (view) => void views.set(view.room, { ...blankView(view.room), ...view }),
    setTransfers(now, told) {
      transfers = now;
      for (const transfer of told ? [told] : now) emit({ event: 'transfer', transfer });
    },
    emit,
  };
  return engine;
}
