import { once } from 'node:events';
import { connect } from 'node:net';
import { createPacketFrames, framePacket } from './packet-frames.ts';
import type { Candidate, Path, PathEvents } from './path.ts';

/** Until the media port takes the connection. */
const CONNECT_TIME = 4_000;
/** What may wait in the socket: half a second of a call. Media that is older is worth nothing, so what does not fit is dropped. */
const MOST_UNSENT = 128 * 1024;

/** ICE-TCP (RFC 6544), of which we are the active end: packets behind their lengths (RFC 4571). */
export async function openTcpPath(candidate: Candidate, events: PathEvents, signal: AbortSignal): Promise<Path | undefined> {
  const socket = connect({ host: candidate.address, port: candidate.port, noDelay: true });
  socket.on('error', () => {});
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIME)]) });
  } catch {
    socket.destroy();
    return undefined;
  }
  let open = true;
  const path: Path = {
    candidate,
    send(packet) {
      if (open && socket.writableLength <= MOST_UNSENT) socket.write(framePacket(packet));
    },
    close() {
      open = false;
      socket.destroy();
    },
  };
  const gone = () => {
    if (!open) return;
    path.close();
    events.onGone(path);
  };
  const frames = createPacketFrames((packet) => {
    if (open) events.onPacket(path, packet);
  });
  socket.on('data', (bytes) => {
    if (!frames.take(bytes)) gone();
  });
  socket.on('close', gone);
  return path;
}
