/** The other side of ceiling.mjs: `node bench/ceiling-server.mjs PORT FOLDER`. Frames: length, then `J` + room, or a message. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { fdatasync, openSync, writev } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { cryptoProvider, X509CertificateGenerator } from '@peculiar/x509';

const [port, folder] = process.argv.slice(2);
const JOIN = 0x4a;
const frame = (text) => Buffer.concat([Buffer.of(0, 0, 0, text.length), Buffer.from(text)]);
const ACK = frame('A');
const JOINED = frame('J');

const log = openSync(join(folder, 'log'), 'a');
const members = new Map();
let waiting = [];
let writing = false;

createServer({ ...(await makeCertificate()), noDelay: true }, accept).listen({ port: Number(port), host: '127.0.0.1', backlog: 1024 });

function accept(socket) {
  let carry = null;
  let room;
  socket.on('error', () => {});
  socket.on('close', () => members.get(room)?.delete(socket));
  socket.on('data', (chunk) => {
    const bytes = carry ? Buffer.concat([carry, chunk]) : chunk;
    let at = 0;
    while (at + 4 <= bytes.length && at + 4 + bytes.readUInt32BE(at) <= bytes.length) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (bytes[at + 4] === JOIN) enter(bytes.toString('latin1', at + 5, end));
      else take(bytes.subarray(at, end));
      at = end;
    }
    carry = at < bytes.length ? Buffer.from(bytes.subarray(at)) : null;
  });

  function enter(name) {
    room = name;
    members.set(name, (members.get(name) ?? new Set()).add(socket));
    socket.write(JOINED);
  }

  function take(message) {
    if (waiting.length === 0 && !writing) setImmediate(write);
    waiting.push({ room, socket, message });
  }
}

function write() {
  const batch = waiting;
  waiting = [];
  writing = true;
  const messages = batch.map(({ message }) => message);
  writev(log, messages, () =>
    fdatasync(log, () => {
      deliver(batch);
      writing = false;
      if (waiting.length > 0) write();
    }),
  );
}

function deliver(batch) {
  for (const room of new Set(batch.map((sent) => sent.room))) {
    const list = batch.filter((sent) => sent.room === room);
    const authors = new Map();
    for (const { socket } of list) authors.set(socket, (authors.get(socket) ?? 0) + 1);
    const run = Buffer.concat(list.map(({ message }) => message));
    for (const socket of members.get(room) ?? []) if (!authors.has(socket)) socket.write(run);
    for (const [socket, count] of authors) socket.write(Buffer.concat(Array(count).fill(ACK)));
  }
}

async function makeCertificate() {
  cryptoProvider.set(webcrypto);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({ keys, name: 'CN=bench', signingAlgorithm: algorithm });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { cert: certificate.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
}
