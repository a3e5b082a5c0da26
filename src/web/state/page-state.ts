import type { ConnectionState, Invite } from '../../client/index.ts';
import type { Problem } from './problem.ts';
import type { RoomSession } from './room-session.ts';

/** Where the person stands. */
export type PageState =
  | { readonly at: 'starting' }
  /** The page cannot do anything here. `in_use` and `no_secure_context` have screens of their own. */
  | { readonly at: 'stopped'; readonly problem: Problem }
  | Outside
  | AtDoor
  | Waiting
  | { readonly at: 'room'; readonly session: RoomSession };

/** What the bare address leads to, as far as the relay has said. */
export type Front =
  | { readonly is: 'asked' }
  /** `closed`: nobody can knock at this moment. */
  | { readonly is: 'open' | 'invited' | 'closed' | 'missing' }
  | { readonly is: 'failed'; readonly problem: Problem };

/** In no room and without a link. */
export interface Outside {
  readonly at: 'outside';
  readonly front: Front;
  readonly name: string;
  readonly entering: boolean;
  readonly problem: Problem | null;
  /** Why it takes so long; null while the relay answers. */
  readonly hindrance: Problem | null;
}

/** With a link, before or while coming in. */
export interface AtDoor {
  readonly at: 'door';
  readonly invite: Invite;
  readonly entering: boolean;
  readonly problem: Problem | null;
  readonly name: string;
}

/** Knocked, and not let in yet. */
export interface Waiting {
  readonly at: 'waiting';
  readonly room: string;
  readonly name: string;
  /** Of this device: whoever lets it in sees the same ones. */
  readonly words: readonly string[];
  readonly connection: ConnectionState;
  readonly withdrawing: boolean;
}
