import type { CallAnswer } from '../../../../protocol/index.ts';

export type Candidate = CallAnswer['candidates'][number];

/** A way to one of the media port's addresses: a socket of ours, and where it sends to. */
export interface Path {
  readonly candidate: Candidate;
  /** One packet, as soon as may be. Does not throw; what is lost is lost. */
  send(packet: Buffer): void;
  /** Frees the socket, once no other path has a use for it. No packet comes after it. */
  close(): void;
}

export interface PathEvents {
  onPacket(path: Path, packet: Buffer): void;
  /** It closed by itself: nothing can be sent on it any more. */
  onGone(path: Path): void;
}

/** Opens ways to candidates. Tests have their own, on which packets are lost and late. */
export interface Network {
  /** Sockets of their own for each call: new local addresses come in with new sockets. What cannot be opened is left out. */
  openUdp(candidates: readonly Candidate[], events: PathEvents): Promise<readonly Path[]>;
  /** Resolves with undefined where nobody answers within the deadline. */
  openTcp(candidate: Candidate, events: PathEvents, signal: AbortSignal): Promise<Path | undefined>;
}
