import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type Badness, createBadWay, type WayCounts } from './bad-way.ts';

/** A socket before a port of this machine: what is sent to it goes on to that port, and what comes back returns, as far as its badness lets it. */
export interface BadCarrier {
  readonly port: number;
  readonly to: Readonly<WayCounts>;
  readonly back: Readonly<WayCounts>;
}

/** Who speaks from another place gets a socket of its own, so that the port can tell them apart, as behind a router. One page has a few. */
const MOST_PLACES = 16;
const HERE = '127.0.0.1';

export async function openBadCarrier(port: number, badness: Badness, seed: number): Promise<BadCarrier> {
  const [to, back] = [createBadWay(badness, 2 * seed), createBadWay(badness, 2 * seed + 1)];
  const front = createSocket('udp4');
  const socketByPlace = new Map<string, Socket>();

  function openFor(address: string, from: number): Socket {
    if (socketByPlace.size >= MOST_PLACES) throw new Error(`more than ${MOST_PLACES} places speak to one carrier`);
    const socket = createSocket('udp4');
    socketByPlace.set(`${address} ${from}`, socket);
    // What was refused is lost, as everything that goes to a port that is gone.
    socket.on('error', () => {});
    socket.on('message', (packet) => back.pass(() => front.send(packet, from, address)));
    return socket;
  }

  front.on('error', () => {});
  front.on('message', (packet, { address, port: from }) => {
    const socket = socketByPlace.get(`${address} ${from}`) ?? openFor(address, from);
    to.pass(() => socket.send(packet, port, HERE));
  });
  onTestFinished(() => {
    for (const way of [to, back]) way.close();
    for (const socket of [front, ...socketByPlace.values()]) socket.close();
  });
  front.bind(0, HERE);
  await once(front, 'listening');
  return { port: front.address().port, to: to.counts, back: back.counts };
}
