import { cutMessage } from './fragments.ts';
import type { RecordLayer } from './record-layer.ts';
import { CONTENT } from './records.ts';

/** What is said together and, as long as it is not answered, again (RFC 6347 section 4.2.4). */
export interface Flights {
  /** @param message as writeMessage gives it */
  addMessage(message: Buffer, sealed: boolean): void;
  addChangeCipher(): void;
  /** Sends what was added since the last one. */
  send(options: { readonly isAnswered: boolean }): void;
  /** The last one, once more. */
  repeat(): void;
  /** Nothing is sent again by itself. */
  stop(): void;
}

/** Bytes of a datagram that passes every network, and of a piece of a message with what stands around it. */
const DATAGRAM = 1200;
const PIECE = 1100;
/** A network in a house answers within a few ms; browsers begin at 50. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1_600;

interface Part {
  readonly type: number;
  readonly sealed: boolean;
  readonly bytes: Buffer;
}

export function createFlights(records: RecordLayer, sendDatagram: (datagram: Buffer) => void): Flights {
  let next: Part[] = [];
  let last: readonly Part[] = [];
  let timer: NodeJS.Timeout | undefined;

  function repeat(): void {
    let datagram: Buffer[] = [];
    let length = 0;
    const flush = () => {
      if (length > 0) sendDatagram(Buffer.concat(datagram));
      datagram = [];
      length = 0;
    };
    // Records get new numbers each time, messages keep theirs.
    for (const { type, sealed, bytes } of last) {
      const record = records.write(type, sealed, bytes);
      if (length + record.length > DATAGRAM) flush();
      datagram.push(record);
      length += record.length;
    }
    flush();
  }

  function wait(pause: number): void {
    timer = setTimeout(() => {
      wait(Math.min(2 * pause, LONGEST_PAUSE));
      repeat();
    }, pause);
    timer.unref();
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    addMessage: (message, sealed) =>
      void next.push(...cutMessage(message, PIECE).map((bytes) => ({ type: CONTENT.handshake, sealed, bytes }))),
    addChangeCipher: () => void next.push({ type: CONTENT.changeCipherSpec, sealed: false, bytes: Buffer.from([1]) }),
    send({ isAnswered }) {
      stop();
      last = next;
      next = [];
      if (isAnswered) wait(FIRST_PAUSE);
      repeat();
    },
    repeat,
    stop,
  };
}
