/**
 * The relay as the `subject` of a chat benchmark: the native door with all that a real device does, TLS 1.3 with the proof bound to
 * the connection, in by the room's door, every frame validated, every entry hashed into the chain and on disk before it
 * is acknowledged or sent on. Payloads stand for ciphertext.
 */
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { connect as connectTls } from 'node:tls';
import { join } from 'node:path';
import { decode, encode } from 'cborg';
import { bundleRelay } from './bundle.mjs';
import { DOOR_TOKEN, INFO, ROOMS, sha256 } from './rooms.mjs';

export const about = 'Corrillo: TLS 1.3, device proof, validated, hash-chained, on disk before the ack';
export const acks = true;
/** An author is sent its own entries too: they are part of the order. */
export const echo = true;

export const start = async (ctx) =>
  ctx.node(join(import.meta.dirname, 'relay.mjs'), [ctx.port, join(ctx.dir, 'data'), await bundleRelay()]);

export async function connect(info, { onMessage, onAck }) {
  const client = new Client(onMessage, onAck);
  await client.open(info.port);
  return client;
}

/** One commit at a time in a room, or all but one of those who come in together would be refused as stale. */
const turnsByRoom = new Map();
/** The room's epoch as the last who came in knows it: all of the clients are in this process. */
const epochsByRoom = new Map();

class Client {
  #socket;
  #onMessage;
  #onAck;
  #carry = null;
  #waiters = [];
  #over = null;
  #closing = false;
  #append;
  #device;
  #count = 0;
  /** Acks and entries of coming in are not the benchmark's. */
  #counting = false;

  constructor(onMessage, onAck) {
    this.#onMessage = onMessage;
    this.#onAck = onAck ?? (() => {});
  }

  async open(port) {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
    this.#socket = socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#feed(chunk));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('connection closed by the relay')));
    await new Promise((resolve, reject) => {
      socket
        .once('secureConnect', resolve)
        .once('error', reject)
        .once('close', () => reject(new Error('closed')));
    });
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#device = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url');
    const challenge = await this.#request({ t: 'hello', versions: [0], client: 'bench' }, 'challenge');
    const spki = new X509Certificate(socket.getPeerCertificate().raw).publicKey.export({ type: 'spki', format: 'der' });
    if (!sha256(spki).equals(challenge.relay)) throw new Error('another relay key');
    const binding = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    const proof = Buffer.concat([
      Buffer.from('corrillo device proof v0\0'),
      Buffer.of(challenge.version),
      challenge.relay,
      challenge.nonce,
      this.#device,
      binding,
    ]);
    await this.#request({ t: 'proof', device: this.#device, signature: sign(null, proof, privateKey) }, 'welcome');
  }

  async join(name) {
    const room = ROOMS[name];
    const { seq } = await takeTurn(name, () => this.#enter(room, name));
    await this.#request({ t: 'follow', q: 2, room, after: seq }, 'page');
    const epoch = epochsByRoom.get(name);
    this.#append = createAppendTemplate(room, epoch);
    this.#counting = true;
  }

  /** In by the door, with one commit that adds this device. */
  async #enter(room, name) {
    const { epoch, seq } = await this.#request({ t: 'door', q: 1, room, token: DOOR_TOKEN }, 'opened');
    const id = sha256(this.#device).subarray(0, 16);
    await this.#request(
      { t: 'append', room, id, kind: 'commit', epoch, body: Buffer.alloc(600), change: { adds: [this.#device], removes: [] }, info: INFO },
      'stored',
    );
    epochsByRoom.set(name, epoch + 1);
    return { seq: seq + 1 };
  }

  /** `payload` is used again after the call. */
  send(payload) {
    const { frame, idAt, bodyAt } = this.#append(payload.length);
    frame.writeUInt32BE(++this.#count, idAt);
    payload.copy(frame, bodyAt);
    this.#socket.write(frame);
  }

  batch(work) {
    this.#socket.cork();
    work();
    this.#socket.uncork();
  }

  close() {
    this.#closing = true;
    this.#socket.destroy();
  }

  #end(error) {
    if (this.#over) return;
    this.#over = error;
    if (!this.#closing) this.onLost?.(error);
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  #request(frame, kind) {
    if (this.#over) return Promise.reject(this.#over);
    const body = encode(frame);
    const framed = Buffer.alloc(4 + body.length);
    framed.writeUInt32BE(body.length);
    framed.set(body, 4);
    this.#socket.write(framed);
    return new Promise((resolve, reject) => this.#waiters.push({ kind, resolve, reject }));
  }

  #feed(chunk) {
    const bytes = this.#carry ? Buffer.concat([this.#carry, chunk]) : chunk;
    let at = 0;
    while (at + 4 <= bytes.length) {
      const length = bytes.readUInt32BE(at);
      if (at + 4 + length > bytes.length) break;
      this.#take(bytes, at + 4, length);
      at += 4 + length;
    }
    this.#carry = at < bytes.length ? Buffer.from(bytes.subarray(at)) : null;
  }

  /** Frames of the workload are read by offsets; all others are decoded. */
  #take(bytes, at, length) {
    if (this.#counting && startsWith(bytes, at, ENTRIES)) return readEntries(bytes, at + ENTRIES.length, this.#onMessage);
    if (this.#counting && startsWith(bytes, at, STORED)) return countAcks(bytes, at + STORED.length, this.#onAck);
    const frame = decode(bytes.subarray(at, at + length));
    if (frame.t === 'refused' || frame.t === 'error') {
      const error = new Error(`${frame.t} ${frame.code}`);
      if (this.#waiters.length > 0) this.#waiters.shift().reject(error);
      else this.#end(error);
    } else if (frame.t === 'ping') {
      const pong = encode({ t: 'pong' });
      this.#socket.write(Buffer.concat([Buffer.of(0, 0, 0, pong.length), pong]));
    } else if (frame.t === this.#waiters[0]?.kind) this.#waiters.shift().resolve(frame);
  }
}

function takeTurn(room, work) {
  const turn = (turnsByRoom.get(room) ?? Promise.resolve()).then(work);
  turnsByRoom.set(
    room,
    turn.catch(() => {}),
  );
  return turn;
}

/** Frames that differ in id and body alone: encoded once a length, then copied. */
function createAppendTemplate(room, epoch) {
  const templates = new Map();
  const idMark = Buffer.alloc(16, 0xfe);
  return (size) => {
    let made = templates.get(size);
    if (!made) {
      const bodyMark = Buffer.alloc(size, 0xfd);
      const body = encode({ t: 'append', room, id: idMark, kind: 'message', epoch, body: bodyMark }, { mapSorter: () => 0 });
      const frame = Buffer.alloc(4 + body.length);
      frame.writeUInt32BE(body.length);
      frame.set(body, 4);
      made = { frame, idAt: frame.indexOf(idMark), bodyAt: frame.indexOf(bodyMark) };
      templates.set(size, made);
    }
    return { ...made, frame: Buffer.from(made.frame) };
  };
}

// {t: "entries", room, entries: [...]} and {t: "stored", room, acks: [...]}, as far as they are always the same.
const ENTRIES = Buffer.from('\xa3atgentries', 'latin1');
const STORED = Buffer.from('\xa3atfstored', 'latin1');
const ROOM_FIELD = 5 + 1 + 16;
const HASH_FIELD = 2 + 32;
const ID_FIELD = 1 + 16;

function startsWith(bytes, at, start) {
  for (let i = 0; i < start.length; i++) if (bytes[at + i] !== start[i]) return false;
  return true;
}

/** Size of a CBOR head by its first byte, and the number it carries. */
const headSize = (first) => ((first &= 31) < 24 ? 1 : first === 24 ? 2 : first === 25 ? 3 : first === 26 ? 5 : 9);
const headValue = (bytes, at) => {
  const low = bytes[at] & 31;
  return low < 24 ? low : low === 24 ? bytes[at + 1] : low === 25 ? bytes.readUInt16BE(at + 1) : bytes.readUInt32BE(at + 1);
};

/** From behind "t" on: room, then entries [seq, prev, at, kind, device, id, epoch, body, change]. */
function readEntries(bytes, from, onMessage) {
  let at = from + ROOM_FIELD + 8;
  let left = headValue(bytes, at);
  at += headSize(bytes[at]);
  for (; left > 0; left--) {
    const size = headValue(bytes, at);
    at += headSize(bytes[at]);
    let field = at + 1;
    field += headSize(bytes[field]) + HASH_FIELD;
    field += headSize(bytes[field]);
    const isMessage = bytes[field] === 0x67;
    field += 1 + (bytes[field] & 31) + HASH_FIELD + ID_FIELD;
    field += headSize(bytes[field]);
    if (isMessage) onMessage(bytes, field + headSize(bytes[field]));
    at += size;
  }
}

function countAcks(bytes, from, onAck) {
  for (let left = headValue(bytes, from + ROOM_FIELD + 5); left > 0; left--) onAck();
}
