/** Where a session stands. Only `ready` knows a device. */
export type SessionState =
  | { readonly name: 'greeting' }
  | { readonly name: 'challenged'; readonly version: number; readonly nonce: Uint8Array }
  | ReadyState
  | { readonly name: 'closed' };

export interface ReadyState {
  readonly name: 'ready';
  readonly device: Uint8Array;
  /** Door hashes by room (hex) for which this connection showed the token. */
  readonly doorsByRoom: Map<string, Uint8Array>;
  /** Wrong tokens so far. */
  guesses: number;
}
