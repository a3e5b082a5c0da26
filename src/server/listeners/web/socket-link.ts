import type { Socket } from 'socket.io';
import type { RelayLink, RelaySession } from '../../link.ts';

/** The one event each way: a run of frames, that is, any piece of the byte stream. */
const RUN = 'f';
/** What a peer may send while it is not read; a client that keeps to its window stays far below. */
const HELD = 4 * 1024 * 1024;
const CLOSING_TIME = 1_000;
/** What Socket.IO's own objects for one event take, roughly, in bytes: many small events cost more than what is in them. */
const PACKET_OVERHEAD = 512;
/** A frame of one byte that is no CBOR: what comes as something else than bytes is answered like any malformed frame. */
const MALFORMED = Uint8Array.of(0, 0, 0, 1, 0xff);

/** Joins a Socket.IO connection, over WebSocket or long polling, to the relay. */
export function linkSocket(socket: Socket, address: string, accept: (link: RelayLink) => RelaySession): void {
  let paused = false;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  // Bytes given to Socket.IO that its transport has not taken.
  let waiting = 0;
  socket.conn.on('flush', () => (waiting = 0));

  const link: RelayLink = {
    kind: 'web',
    address,
    exporter: new Uint8Array(),
    get queued() {
      const { socket: transport } = socket.conn.transport as { socket?: { bufferedAmount?: number } };
      return waiting + (transport?.bufferedAmount ?? 0);
    },
    write(run) {
      waiting += run.length + PACKET_OVERHEAD;
      socket.emit(RUN, run);
    },
    close() {
      // Sends what is queued first; a peer that does not take it is cut off.
      socket.disconnect(true);
      const timer = setTimeout(() => socket.conn.close(true), CLOSING_TIME);
      socket.conn.once('close', () => clearTimeout(timer));
    },
    pause: () => void (paused = true),
    resume() {
      paused = false;
      while (held.length > 0 && !paused) {
        const run = held.shift() as Uint8Array;
        heldBytes -= run.length + PACKET_OVERHEAD;
        session.receive(run);
      }
    },
  };
  const session = accept(link);

  socket.on(RUN, (run: unknown) => {
    const bytes = run instanceof Uint8Array ? run : MALFORMED;
    if (!paused) return session.receive(bytes);
    held.push(bytes);
    heldBytes += bytes.length + PACKET_OVERHEAD;
    // Socket.IO cannot be told to read no more, so that its peer has to stop by itself.
    if (heldBytes > HELD) socket.disconnect(true);
  });
  socket.on('disconnect', () => {
    held = [];
    session.closed();
  });
}
