import type { Content } from '../../src/client/content/index.ts';
import {
  type CallOffer,
  type ClientFrame,
  type Entry,
  encodeEntry,
  type FounderLink,
  genesisHash,
  hashEntry,
  type RelayFrame,
} from '../../src/protocol/index.ts';
import { createTestDevice } from '../support/test-device.ts';

/** One value of each kind that travels, with each optional field there and not there. All of it is made up. */
const bytes = (size: number, first: number) => Uint8Array.from({ length: size }, (_, i) => (first + 7 * i) & 0xff);

export const ANA = createTestDevice(1);
export const JUAN = createTestDevice(2);
export const ROOM = bytes(16, 0x10);
export const RELAY = bytes(32, 0x20);
export const NONCE = bytes(32, 0x30);
export const BINDING = bytes(32, 0x40);
export const SECRET = bytes(32, 0x50);
const TOKEN = bytes(32, 0x60);
const HASH = bytes(32, 0x70);
/** A knock key. */
const KEY = bytes(32, 0x80);
const id = (n: number) => bytes(16, n);
/** Beyond 32 bits, as times are. */
const AT = 1_790_000_000_123;

const proof = {
  t: 'proof',
  device: ANA.device,
  signature: ANA.prove({ version: 0, relay: RELAY, nonce: NONCE, binding: BINDING }),
} as const;

const OFFER: CallOffer = {
  ufrag: 'q1w2',
  fingerprint: HASH,
  payloads: { opus: 111, vp8: 96, rtx: 97 },
  extensions: { mid: 4, rid: 10, repairedRid: 11, transportCc: 3 },
  sends: [
    { source: 'microphone', mid: '0', ssrc: 1_000_001 },
    {
      source: 'camera',
      mid: '1',
      layers: [
        { rid: 'q', height: 180 },
        { rid: 'h', height: 360 },
        { rid: 'f', height: 720 },
      ],
    },
    { source: 'screen', mid: '2', ssrc: 4_294_967_295, rtx: 1_000_003 },
    { source: 'screen-audio', mid: '3', ssrc: 1_000_004 },
  ],
  slots: [
    { kind: 'audio', ssrc: 2_000_001 },
    { kind: 'video', ssrc: 2_000_002, rtx: 2_000_003 },
  ],
};

export const CLIENT_FRAMES: Readonly<Record<string, ClientFrame>> = {
  hello: { t: 'hello', versions: [0], client: 'corrillo/0.0.1' },
  'hello of two versions': { t: 'hello', versions: [24, 0], client: '' },
  proof,
  found: { t: 'found', q: 1, token: TOKEN, room: ROOM, door: HASH, info: bytes(40, 1) },
  'found with a closed door': { t: 'found', q: 70_000, token: TOKEN, room: ROOM, door: null, info: null },
  'found with a knock key': { t: 'found', q: 2, token: TOKEN, room: ROOM, door: HASH, info: bytes(40, 1), knock: KEY, open: null },
  'found an open room': { t: 'found', q: 3, token: TOKEN, room: ROOM, door: HASH, info: bytes(40, 1), knock: KEY, open: SECRET },
  front: { t: 'front', q: 4 },
  knock: { t: 'knock', q: 5, room: ROOM, body: bytes(90, 11) },
  withdraw: { t: 'withdraw', room: ROOM },
  deny: { t: 'deny', room: ROOM, device: JUAN.device },
  create: { t: 'create', q: 6, room: ROOM },
  publish: { t: 'publish', q: 7, packages: [bytes(60, 12), bytes(61, 13)], last: bytes(62, 14) },
  'publish nothing': { t: 'publish', q: 8, packages: [], last: null },
  package: { t: 'package', q: 9, device: JUAN.device },
  door: { t: 'door', q: 24, room: ROOM, token: TOKEN },
  'append a message': { t: 'append', room: ROOM, id: id(1), kind: 'message', epoch: 0, body: bytes(300, 9) },
  'append a commit': {
    t: 'append',
    room: ROOM,
    id: id(2),
    kind: 'commit',
    epoch: 256,
    body: bytes(20, 5),
    change: { adds: [JUAN.device], removes: [ANA.device], door: HASH },
    info: bytes(30, 3),
  },
  'append a commit that closes the door': {
    t: 'append',
    room: ROOM,
    id: id(3),
    kind: 'commit',
    epoch: 3,
    body: bytes(0, 0),
    change: { adds: [], removes: [], door: null },
    info: null,
  },
  'append a commit that leaves the door': {
    t: 'append',
    room: ROOM,
    id: id(4),
    kind: 'commit',
    epoch: 3,
    body: bytes(1, 0),
    change: { adds: [], removes: [] },
    info: bytes(3, 0),
  },
  'append a commit that moves the door of an open room': {
    t: 'append',
    room: ROOM,
    id: id(6),
    kind: 'commit',
    epoch: 4,
    body: bytes(1, 0),
    change: { adds: [], removes: [], door: HASH, knock: KEY, open: SECRET },
    info: bytes(3, 0),
  },
  'append a commit that adds another': {
    t: 'append',
    room: ROOM,
    id: id(7),
    kind: 'commit',
    epoch: 5,
    body: bytes(1, 0),
    change: { adds: [JUAN.device], removes: [] },
    info: bytes(3, 0),
    welcome: bytes(70, 15),
  },
  'append a leave': { t: 'append', room: ROOM, id: id(5), kind: 'leave', epoch: 1, body: bytes(16, 1) },
  follow: { t: 'follow', q: 0, room: ROOM, after: 4_294_967_296 },
  ticket: { t: 'ticket', q: 10, room: ROOM },
  ephemeral: { t: 'ephemeral', room: ROOM, body: bytes(90, 17) },
  'call.join': { t: 'call.join', q: 11, room: ROOM, offer: OFFER },
  'call.join of who sends and receives nothing': {
    t: 'call.join',
    q: 12,
    room: ROOM,
    offer: { ...OFFER, extensions: {}, sends: [], slots: [] },
  },
  'call.leave': { t: 'call.leave', room: ROOM },
  'call.want': {
    t: 'call.want',
    room: ROOM,
    wants: [
      { slot: 0, device: JUAN.device, source: 'microphone', height: 0 },
      { slot: 1, device: JUAN.device, source: 'camera', height: 360 },
    ],
  },
  'call.want nothing': { t: 'call.want', room: ROOM, wants: [] },
  ping: { t: 'ping' },
  pong: { t: 'pong' },
};

/** A log of each kind of entry, chained from the room's id. */
export const ENTRIES: readonly Entry[] = chain([
  { kind: 'commit', device: JUAN.device, id: id(1), epoch: 0, body: bytes(50, 1), change: { adds: [JUAN.device], removes: [] } },
  { kind: 'message', device: ANA.device, id: id(2), epoch: 1, body: bytes(300, 2), change: null },
  { kind: 'leave', device: JUAN.device, id: id(3), epoch: 1, body: bytes(0, 3), change: null },
  { kind: 'commit', device: ANA.device, id: id(4), epoch: 1, body: bytes(24, 4), change: { adds: [], removes: [JUAN.device], door: null } },
  { kind: 'commit', device: ANA.device, id: id(5), epoch: 2, body: bytes(23, 5), change: { adds: [], removes: [], door: HASH } },
]);

function chain(list: ReadonlyArray<Omit<Entry, 'seq' | 'prev' | 'at'>>): Entry[] {
  let prev = genesisHash(ROOM);
  return list.map((entry, i) => {
    const whole = { seq: i + 1, prev, at: AT + i, ...entry };
    prev = hashEntry(encodeEntry(whole));
    return whole;
  });
}

export const RELAY_FRAMES: Readonly<Record<string, RelayFrame>> = {
  challenge: { t: 'challenge', version: 0, relay: RELAY, nonce: NONCE },
  welcome: {
    t: 'welcome',
    server: '0.0.1',
    build: '00ff00ff',
    now: AT,
    place: { address: '192.168.1.20', web: 5000, chat: 9009 },
  },
  'welcome without a place': { t: 'welcome', server: '0.0.1', build: '', now: AT },
  founded: { t: 'founded', q: 1 },
  front: { t: 'front', q: 2, room: ROOM, open: null, knock: KEY },
  'front of an open room': { t: 'front', q: 2, room: ROOM, open: SECRET, knock: KEY },
  'front of a closed room': { t: 'front', q: 2, room: ROOM, open: null, knock: null },
  knocked: { t: 'knocked', q: 3 },
  rekey: { t: 'rekey', room: ROOM, knock: KEY },
  'rekey to none': { t: 'rekey', room: ROOM, knock: null },
  denied: { t: 'denied', room: ROOM },
  admitted: { t: 'admitted', room: ROOM, welcome: bytes(70, 15), seq: 24, head: HASH },
  knocking: { t: 'knocking', room: ROOM, device: JUAN.device, body: bytes(90, 11) },
  gone: { t: 'gone', room: ROOM, device: JUAN.device },
  created: { t: 'created', q: 4 },
  published: { t: 'published', q: 5, left: 32, last: true },
  package: { t: 'package', q: 6, body: bytes(60, 12) },
  opened: { t: 'opened', q: 2, info: bytes(40, 1), epoch: 3, seq: 400, head: HASH },
  stored: {
    t: 'stored',
    room: ROOM,
    acks: [
      [id(1), 23],
      [id(2), 24],
    ],
  },
  refused: { t: 'refused', room: ROOM, id: id(1), code: 'stale_epoch', epoch: 65_536 },
  page: {
    t: 'page',
    q: 3,
    room: ROOM,
    entries: ENTRIES.slice(0, 2).map(encodeEntry),
    seq: 2,
    head: HASH,
    live: true,
    here: [ANA.device, JUAN.device],
  },
  'page that is empty': { t: 'page', q: 3, room: ROOM, entries: [], seq: 0, head: HASH, live: false, here: [] },
  entries: { t: 'entries', room: ROOM, entries: ENTRIES.slice(0, 1).map(encodeEntry) },
  presence: { t: 'presence', room: ROOM, device: ANA.device, here: true },
  'presence that ends': { t: 'presence', room: ROOM, device: ANA.device, here: false },
  ticket: { t: 'ticket', q: 10, ticket: bytes(89, 16), until: AT, port: 9010 },
  'ticket of a relay without a file port': { t: 'ticket', q: 11, ticket: bytes(89, 17), until: AT, port: 0 },
  ephemeral: { t: 'ephemeral', room: ROOM, device: JUAN.device, body: bytes(90, 17) },
  'call.joined': {
    t: 'call.joined',
    q: 11,
    answer: {
      ufrag: 'r5t6',
      pwd: 'y7u8i9o0p1a2s3d4f5g6h7j8',
      fingerprint: RELAY,
      candidates: [
        { protocol: 'udp', address: '192.168.1.20', port: 9020 },
        { protocol: 'udp', address: 'fd00::1', port: 9020 },
        { protocol: 'tcp', address: '192.168.1.20', port: 9020 },
      ],
    },
  },
  'call.members': { t: 'call.members', room: ROOM, members: [ANA.device, JUAN.device] },
  'call.members of none': { t: 'call.members', room: ROOM, members: [] },
  'call.demand': {
    t: 'call.demand',
    room: ROOM,
    demand: [
      { source: 'microphone', height: 1 },
      { source: 'camera', height: 360 },
      { source: 'screen', height: 0 },
    ],
  },
  'call.ended': { t: 'call.ended', room: ROOM, code: 'call_lost' },
  error: { t: 'error', code: 'bad_frame' },
  'error that answers': { t: 'error', q: 9, code: 'unknown_room' },
  ping: { t: 'ping' },
  pong: { t: 'pong' },
};

export const FOUNDER_LINKS: readonly FounderLink[] = [
  { host: '192.168.1.20', webPort: 5000, token: TOKEN, relayKey: RELAY.subarray(0, 16), chatPort: 9009, open: false },
  { host: '[fd00::1]', webPort: 5001, token: TOKEN, relayKey: RELAY.subarray(0, 16), chatPort: 65_535, open: false },
  { host: 'casa.local', webPort: 5000, token: TOKEN, relayKey: RELAY.subarray(0, 16), chatPort: 9009, open: true },
];

export const ROOM_LINKS = [
  { address: '192.168.1.20', webPort: 5000, chatPort: 9009, relayKey: RELAY.subarray(0, 16), room: ROOM, secret: SECRET },
  { address: 'fd00::1', webPort: 443, chatPort: 1, relayKey: RELAY.subarray(0, 16), room: ROOM, secret: TOKEN },
];

const FILE = { kind: 'file', blob: bytes(16, 0x70), key: bytes(32, 0x71), hash: HASH, folder: null, preview: null } as const;

export const CONTENTS: Readonly<Record<string, Content>> = {
  text: { n: 1, at: AT, seen: [0, HASH], body: { kind: 'text', text: '¡Hola! — “你好” 👋', style: 'plain' } },
  action: { n: 2, at: AT, seen: [41, HASH], body: { kind: 'text', text: 'waves', style: 'action' } },
  profile: { n: 300, at: AT, seen: [42, HASH], body: { kind: 'profile', name: 'Ana Núñez', version: AT, signature: bytes(64, 1) } },
  leave: { n: 3, at: AT, seen: [43, HASH], body: { kind: 'leave', signature: bytes(64, 2) } },
  file: { n: 4, at: AT, seen: [44, HASH], body: { ...FILE, name: 'informe «final».pdf', type: 'application/pdf', size: 1_234_567 } },
  'file of nothing': { n: 5, at: AT, seen: [45, HASH], body: { ...FILE, name: 'x', type: '', size: 0 } },
  folder: {
    n: 6,
    at: AT,
    seen: [46, HASH],
    body: { ...FILE, name: 'Ferien 2026', type: '', size: 20_000_000_000, folder: { files: 10_000, index: 900_000 } },
  },
  'file with a picture': {
    n: 7,
    at: AT,
    seen: [47, HASH],
    body: {
      ...FILE,
      name: 'clip.webm',
      type: 'video/webm',
      size: 40_000_000,
      preview: { width: 1920, height: 1080, duration: 61_500, picture: { type: 'image/webp', data: bytes(40, 9) } },
    },
  },
  'file of sound': {
    n: 8,
    at: AT,
    seen: [48, HASH],
    body: { ...FILE, name: 'a.ogg', type: 'audio/ogg', size: 9, preview: { width: null, height: null, duration: 100, picture: null } },
  },
  delete: { n: 9, at: AT, seen: [49, HASH], body: { kind: 'delete', id: id(0x21) } },
};
