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
  /** The knock key that this connection was told last, and of which room. */
  told?: { readonly room: Uint8Array; readonly knock: Uint8Array | null };
  /** Wrong tokens so far. */
  guesses: number;
}
