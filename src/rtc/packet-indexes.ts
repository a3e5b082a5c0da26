/**
 * The packets of one stream, numbered beyond the 16 bits that travel (RFC 3711 section 3.3.1), and which of them were there
 * (section 3.3.2). An index is 2^16 times the rollover counter plus the sequence number.
 */
export class PacketIndexes {
  #highest = -1;
  /** By the index modulo its size: which one was the last in this place. */
  readonly #seen = new Float64Array(WINDOW).fill(-1);

  /** @returns the index that a packet of this number most likely has; -1 for one that was there, is too old, or past the last */
  guess(sequence: number): number {
    if (this.#highest < 0) return sequence;
    const rollover = Math.floor(this.#highest / CYCLE);
    const last = this.#highest % CYCLE;
    let cycle = rollover;
    if (last < CYCLE / 2) {
      if (sequence - last > CYCLE / 2) cycle -= 1;
    } else if (last - CYCLE / 2 > sequence) cycle += 1;
    const index = cycle * CYCLE + sequence;
    return index < 0 || index > MOST ? -1 : this.isNew(index) ? index : -1;
  }

  isNew(index: number): boolean {
    return index > this.#highest - WINDOW && this.#seen[index % WINDOW] !== index;
  }

  /** Only for packets that are authentic: nobody else moves the window. */
  add(index: number): void {
    this.#seen[index % WINDOW] = index;
    if (index > this.#highest) this.#highest = index;
  }
}

const CYCLE = 2 ** 16;
/** Packets under one key (RFC 3711 section 9.2). */
const MOST = 2 ** 48 - 1;
/** How far packets may overtake each other: half a second of the fastest stream; 64 are asked for. 4 KiB a stream. */
const WINDOW = 512;
