import type { Access, ClientEvent, Door, Knock, Member, PendingItem, RoomView, TimelineItem } from '../../client/index.ts';
import { deviceOf, OWN, wordsOf } from './fake-device.ts';

type NewItem = Record<string, unknown> & { kind: string };

/** A room of the fake client: what is in it, and what others do there. */
export interface FakeRoom {
  view: RoomView;
  readonly items: TimelineItem[];
  append(item: NewItem): TimelineItem;
  change(change: Partial<RoomView>): void;
  knock(name: string): void;
  /** @returns the one who waits no longer */
  endKnock(device: string): Knock | undefined;
  /** Takes an own line into the log, as the relay would. */
  settle(pending: PendingItem): void;
}

export interface FakeRoomOptions {
  readonly room: string;
  readonly access?: Access;
  readonly people?: readonly string[];
  readonly lines?: number;
  readonly readUpTo?: number;
  readonly title?: string;
  readonly name?: string;
}

const START = Date.UTC(2026, 4, 12, 16, 20);

export function createFakeRoom(options: FakeRoomOptions, emit: (event: ClientEvent) => void): FakeRoom {
  const items: TimelineItem[] = [];
  const { room } = options;
  const fake: FakeRoom = {
    view: blankView(options),
    items,

    append(item) {
      const { view } = fake;
      const seq = (item['seq'] as number | undefined) ?? view.seq + 1;
      const blank = { seq, at: Date.now(), device: view.device, from: view.name, own: false, by: '', byDevice: '' };
      const whole = { ...blank, ...item } as unknown as TimelineItem;
      items.push(whole);
      const heard = whole.kind === 'text' && !whole.own ? 1 : 0;
      fake.view = { ...view, seq: Math.max(view.seq, whole.kind === 'missing' ? whole.to : seq), unread: view.unread + heard };
      emit({ event: 'item', room, item: whole });
      emit({ event: 'changed', room });
      return whole;
    },

    change(change) {
      fake.view = { ...fake.view, ...change };
      emit({ event: 'changed', room });
    },

    knock(name) {
      const knock = { device: deviceOf(name), name, words: wordsOf(deviceOf(name)), at: Date.now() };
      fake.change({ knocks: [...fake.view.knocks, knock] });
      emit({ event: 'knock', room, knock });
    },

    endKnock(device) {
      const gone = fake.view.knocks.find((knock) => knock.device === device);
      fake.change({ knocks: fake.view.knocks.filter((knock) => knock !== gone) });
      if (gone) emit({ event: 'knock-gone', room, device });
      return gone;
    },

    settle(pending) {
      fake.view = { ...fake.view, pending: fake.view.pending.filter(({ id }) => id !== pending.id) };
      const { id, text, style, at } = pending;
      const { seq } = fake.append({ kind: 'text', id, text, style, own: true, at });
      emit({ event: 'sent', room, id, seq });
    },
  };
  return fake;
}

export function fakeMember(name: string, more: Partial<Member> = {}): Member {
  return { device: deviceOf(name), name, own: false, here: true, role: 'member', door: 'link', verified: null, ...more };
}

function blankView({ room, access = 'invited', people = [], title = '', name = 'Marta' }: FakeRoomOptions): RoomView {
  const direct = access === 'direct';
  const own = fakeMember(name, { device: OWN, own: true, role: direct ? 'member' : 'founder', door: direct ? 'direct' : 'founder' });
  const others = people.map((other, i) =>
    fakeMember(other, { here: i % 3 !== 2, role: direct ? 'founder' : i === 1 ? 'remover' : 'member', door: doorOf(access, i) }),
  );
  return {
    room,
    title,
    access,
    peer: direct ? deviceOf(people[0] ?? '') : null,
    phase: 'ready',
    name,
    device: OWN,
    epoch: 4,
    words: ['harbor', 'velvet', 'nephew', 'orchard', 'signal'],
    members: [own, ...others],
    seq: 0,
    readUpTo: 0,
    unread: 0,
    knocks: [],
    pending: [],
    canInvite: !direct,
    canRemove: !direct,
    confirmed: true,
    changing: false,
  };
}

function doorOf(access: Access, i: number): Door {
  if (access === 'direct') return 'founder';
  return access === 'open' ? 'open' : i % 3 === 1 ? 'knock' : 'link';
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
export function fillFakeRoom(room: FakeRoom, { people = [], lines = 0, access = 'invited', readUpTo }: FakeRoomOptions): void {
  const direct = access === 'direct';
  const [first = ''] = people;
  room.append(
    direct
      ? { kind: 'joined', door: 'founder', device: deviceOf(first), from: first, at: START }
      : { kind: 'joined', door: 'founder', own: true, at: START },
  );
  if (direct) room.append({ kind: 'joined', door: 'direct', own: true, by: first, byDevice: deviceOf(first), at: START });
  else
    people.forEach((name, i) => {
      const door = doorOf(access, i);
      const by = door === 'knock' ? { by: room.view.name, byDevice: OWN } : {};
      room.append({ kind: 'joined', door, device: deviceOf(name), from: name, at: START + (i + 1) * 60_000, ...by });
    });
  const speakers = [...people, undefined];
  for (let i = 0; i < lines; i++) {
    const name = speakers[Math.floor(i / 2) % speakers.length];
    const who = name === undefined ? { own: true } : { device: deviceOf(name), from: name };
    room.append({
      kind: 'text',
      id: `line-${i}`,
      text: `${SAYINGS[i % SAYINGS.length]}`,
      style: 'plain',
      at: START + 600_000 + i * 140_000,
      ...who,
    });
  }
  const seen = readUpTo ?? room.view.seq;
  const unread = room.items.filter((item) => item.kind === 'text' && !item.own && item.seq > seen).length;
  room.view = { ...room.view, readUpTo: seen, unread };
}
