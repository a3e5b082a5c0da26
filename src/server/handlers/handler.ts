import type { ClientFrames } from '../../protocol/index.ts';
import type { RelayContext } from '../relay-context.ts';
import type { Session } from '../session.ts';
import type { SessionState } from '../session-state.ts';

/** What is done with one kind of frame, in the one state (or any) in which it may come. */
export interface Handler<K extends keyof ClientFrames, N extends SessionState['name']> {
  readonly needs: N | 'any';
  /** Bad news that ends the session is thrown as a CodedError; other refusals are answered. */
  run(call: {
    readonly frame: ClientFrames[K];
    readonly state: Extract<SessionState, { readonly name: N }>;
    readonly session: Session;
    readonly context: RelayContext;
  }): Promise<void> | void;
}
