/**
 * What the engine asks of the world. Each port is small, belongs to the engine, and has one suite in test/contracts that
 * every engine behind it passes.
 */

/** An ordered key-value store whose writes are atomic and on disk when they resolve. Keys are ASCII. */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Pairs whose key starts with `prefix`, in key order (backwards with `reverse`), beginning after `after`. */
  list(
    prefix: string,
    options?: { after?: string; limit?: number; reverse?: boolean },
  ): Promise<Array<readonly [key: string, value: Uint8Array]>>;
  /** All or nothing; `null` deletes. Resolves when it is durable. */
  write(changes: ReadonlyMap<string, Uint8Array | null>): Promise<void>;
  close(): Promise<void>;
}

/** A connection to the relay that carries runs of frames, in order, until it closes. */
export interface Link {
  send(run: Uint8Array): void;
  /** Bytes handed over and not sent yet. */
  readonly queued: number;
  /** Nothing comes after it, not even `onClose`. */
  close(): void;
  /**
   * SHA-256 of the relay's SubjectPublicKeyInfo as this connection saw it, and its TLS exporter. Undefined where the
   * platform does not tell (browsers): there the page came from the same relay anyway.
   */
  readonly tls?: { readonly relay: Uint8Array; readonly exporter: Uint8Array };
}

export interface LinkEvents {
  onRun(run: Uint8Array): void;
  /** The relay or the network ended it; once, after which nothing comes. `code`: a coded reason of connecting or of the network, for people. */
  onClose(code: string): void;
}

/** Makes links to one relay. */
export interface Connector {
  /**
   * Rejects with a CodedError such as `refused`, `no_route`, `timeout`, `wrong_key`, `tls_required`.
   * @param signal calls the attempt off; later it ends the link as `close` does
   */
  connect(events: LinkEvents, signal: AbortSignal): Promise<Link>;
}

/** Time, so that a simulation can own it. */
export interface Clock {
  now(): number;
  /** @returns cancel */
  after(ms: number, run: () => void): () => void;
}

/** Cryptographically strong random bytes. */
export type RandomBytes = (size: number) => Uint8Array;
