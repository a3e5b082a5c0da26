/**
 * What Node can do at best with the same promises to the network, and none to people: frames over TLS, everything that came in one turn
 * appended with one fdatasync, then one shared buffer for each receiver. Nothing is validated, proved, numbered or
 * found again.
 */
import { connect as connectTls } from 'node:tls';
import { join } from 'node:path';

export const about = 'ceiling: TLS, one fdatasync a turn, gathered writes, nothing validated';
export const acks = true;
export const echo = false;

export const start = (ctx) => ctx.node(join(import.meta.dirname, 'ceiling-server.mjs'), [ctx.port, ctx.dir]);

const JOIN = 0x4a;
const MESSAGE = 0x54;

export async function connect({ port }, { onMessage, onAck }) {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }).setNoDelay(true);
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const client = { onLost: undefined, join: enter, send, batch, close };
  let carry = null;
  let closing = false;
  let onJoined = () => {};
  socket.on('error', () => {});
  socket.on('close', () => !closing && client.onLost?.(new Error('connection closed')));
  socket.on('data', (chunk) => {
    const bytes = carry ? Buffer.concat([carry, chunk]) : chunk;
    let at = 0;
    while (at + 4 <= bytes.length && at + 4 + bytes.readUInt32BE(at) <= bytes.length) {
      const kind = bytes[at + 4];
      if (kind === MESSAGE) onMessage(bytes, at + 4);
      else if (kind === JOIN) onJoined();
      else onAck?.();
      at += 4 + bytes.readUInt32BE(at);
    }
    carry = at < bytes.length ? Buffer.from(bytes.subarray(at)) : null;
  });

  function send(payload) {
    const frame = Buffer.allocUnsafe(4 + payload.length);
    frame.writeUInt32BE(payload.length);
    payload.copy(frame, 4);
    socket.write(frame);
  }

  function enter(room) {
    send(Buffer.from(`J${room}`));
    return new Promise((resolve) => (onJoined = resolve));
  }

  function batch(work) {
    socket.cork();
    work();
    socket.uncork();
  }

  function close() {
    closing = true;
    socket.destroy();
  }

  return client;
}
