import { type Clock, passedSince } from './clock.ts';
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

interface Guesses {
  readonly wrong: number;
  readonly at: number;
}

export function createGuessLimit(clock: Clock, limits: RelayLimits): GuessLimit {
  const guessesByAddress = new Map<string, Guesses>();

  function countWrong(address: string): number {
    const guesses = guessesByAddress.get(address);
    return guesses ? Math.max(0, guesses.wrong - passedSince(guesses.at, clock) / limits.guessDelay) : 0;
  }

  return {
    delay: (address) => (countWrong(address) < limits.guessesPerAddress ? 0 : limits.guessDelay),
    miss(address) {
      const wrong = Math.min(countWrong(address) + 1, 2 * limits.guessesPerAddress);
      guessesByAddress.delete(address);
      guessesByAddress.set(address, { wrong, at: clock.now() });
      const [oldest] = guessesByAddress.keys();
      if (guessesByAddress.size > limits.guessingAddresses && oldest !== undefined) guessesByAddress.delete(oldest);
    },
  };
}
