import { randomBytes } from 'node:crypto';
import { checkStunIntegrity, decodeStun, encodeBindingRequest } from '../../../../rtc/index.ts';
import type { Path } from './path.ts';

/** What both ends of ICE are called, and what the other one's answers are sealed by. */
export interface IceNames {
  readonly ufrag: string;
  readonly theirs: { readonly ufrag: string; readonly pwd: string };
}

/** Asks along one path whether the media port is at its end (RFC 8445 section 7.2), and knows the answer. */
export interface PathCheck {
  readonly path: Path;
  /** When it was last answered, and last asked; ms on the caller's clock. */
  readonly answeredAt: number | undefined;
  readonly askedAt: number | undefined;
  /** How often it was asked since the last answer, and since when. */
  readonly unanswered: number;
  readonly waitsSince: number | undefined;
  /** An answer came to a check that chose this path. */
  readonly chosen: boolean;
  ask(now: number, choose: boolean): void;
  /** @returns whether this is an answer to what was asked here, made by who knows the password */
  take(packet: Buffer, now: number): boolean;
}

/** Questions whose answer may still come. */
const MOST_OPEN = 16;
/** Peer-reflexive, as ICE-lite sees us (RFC 8445 section 5.1.2.1): the larger number wins, and there is one. */
const PRIORITY = (110 << 24) + 0xffff00 + 255;

export function createPathCheck(path: Path, names: IceNames, tieBreaker: bigint): PathCheck {
  const open = new Map<string, boolean>();
  let answeredAt: number | undefined;
  let askedAt: number | undefined;
  let waitsSince: number | undefined;
  let unanswered = 0;
  let chosen = false;
  return {
    path,
    get answeredAt() {
      return answeredAt;
    },
    get askedAt() {
      return askedAt;
    },
    get unanswered() {
      return unanswered;
    },
    get waitsSince() {
      return waitsSince;
    },
    get chosen() {
      return chosen;
    },
    ask(now, choose) {
      const transaction = randomBytes(12);
      for (const old of open.keys()) if (open.size >= MOST_OPEN) open.delete(old);
      open.set(transaction.toString('latin1'), choose);
      askedAt = now;
      waitsSince ??= now;
      unanswered += 1;
      path.send(
        encodeBindingRequest({
          username: `${names.theirs.ufrag}:${names.ufrag}`,
          password: names.theirs.pwd,
          priority: PRIORITY,
          role: 'controlling',
          tieBreaker,
          useCandidate: choose,
          transaction,
        }),
      );
    },
    take(packet, now) {
      const message = decodeStun(packet);
      if (message?.kind !== 'response') return false;
      const key = message.transaction.toString('latin1');
      const choose = open.get(key);
      if (choose === undefined || !checkStunIntegrity(message, names.theirs.pwd)) return false;
      open.delete(key);
      answeredAt = now;
      unanswered = 0;
      waitsSince = undefined;
      chosen ||= choose;
      return true;
    },
  };
}
