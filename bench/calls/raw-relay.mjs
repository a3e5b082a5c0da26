/** The floor: copies what comes from one to all others, and knows nothing. Whoever says one byte is in. */
import { createSocket } from 'node:dgram';

const peers = [];
const socket = createSocket({ type: 'udp4', lookup: (address, _options, done) => done(null, address, 4) });
socket.on('message', (packet, { address, port }) => {
  if (packet.length === 1) {
    peers.push({ address, port });
    return;
  }
  for (const peer of peers) if (peer.port !== port) socket.send(packet, peer.port, peer.address);
});
socket.bind(0, () => {
  socket.setRecvBufferSize(8 * 1024 * 1024);
  socket.setSendBufferSize(8 * 1024 * 1024);
  process.send({ port: socket.address().port });
});
process.on('disconnect', () => process.exit(0));
