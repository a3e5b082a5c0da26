/** One connection as the relay sees it: a byte stream of frames each way, whatever carries it. */
export interface RelayLink {
  /** Hands over bytes; they may be shared with other links and must not be changed. */
  write(run: Uint8Array): void;
  /** Bytes handed over and not sent yet. */
  readonly queued: number;
  /** Sends what is queued, within a short deadline, and closes. */
  close(): void;
  /** Stops reading from the peer, so that TCP slows it down. */
  pause(): void;
  resume(): void;
  /** The peer's IP address. */
  readonly address: string;
  /** TLS exporter (RFC 9266), 32 bytes; empty where there is none. */
  readonly exporter: Uint8Array;
  readonly kind: 'native' | 'web' | 'memory';
}

/** What a listener calls. */
export interface RelaySession {
  /** Takes any piece of the byte stream. Never throws. */
  receive(run: Uint8Array): void;
  /** The connection is gone. */
  closed(): void;
}
