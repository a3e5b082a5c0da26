const CYCLE = 2 ** 16;

/** The number near `last` that ends in these 16 bits: packets are counted on beyond what travels. */
export function extendSequence(sequence: number, last: number | undefined): number {
  if (last === undefined) return sequence + CYCLE;
  const ahead = (((sequence - last) % CYCLE) + CYCLE + CYCLE / 2) % CYCLE;
  return last + ahead - CYCLE / 2;
}
