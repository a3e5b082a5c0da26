import type { Clock } from './clock.ts';
import { createLeakyCount } from './leaky-count.ts';
import type { RelayLimits } from './server-limits.ts';

/**
 * Slows down who tries tokens. A token cannot be guessed (256 bits); this keeps trying from costing anything. Nobody is
 * shut out: a neighbour behind the same address has its right token looked at a little later.
 */
export interface GuessLimit {
  /** Milliseconds to wait before the next token of this address is looked at. */
  delay(address: string): number;
  /** A token of this address was wrong. */
  miss(address: string): void;
}

export function createGuessLimit(clock: Clock, limits: RelayLimits): GuessLimit {
  const wrong = createLeakyCount(clock, { fall: limits.guessDelay, most: 2 * limits.guessesPerAddress, keys: limits.guessingAddresses });
  return {
    delay: (address) => (wrong.of(address) < limits.guessesPerAddress ? 0 : limits.guessDelay),
    miss: wrong.add,
  };
}
