/**
 * Loaded into a relay (`node --import`): writes every byte that it reads from and writes to its clients to the file
 * `RECORD_TRAFFIC`, as they are inside TLS. The programs are the real ones; only the tap is added.
 */
import { appendFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

const file = process.env.RECORD_TRAFFIC;
const record = (bytes, encoding) =>
  appendFileSync(file, typeof bytes === 'string' ? Buffer.from(bytes, typeof encoding === 'string' ? encoding : 'utf8') : bytes);

for (const prototype of [net.Socket.prototype, tls.TLSSocket.prototype]) {
  if (!Object.hasOwn(prototype, 'push') && prototype === tls.TLSSocket.prototype) continue;
  const push = prototype.push;
  prototype.push = function (chunk, encoding) {
    if (chunk && chunk.length > 0) record(chunk, encoding);
    return push.call(this, chunk, encoding);
  };
  const write = prototype.write;
  prototype.write = function (chunk, encoding, done) {
    if (chunk && chunk.length > 0) record(chunk, encoding);
    return write.call(this, chunk, encoding, done);
  };
}
