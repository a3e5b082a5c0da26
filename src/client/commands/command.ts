import type { Client, RoomView } from '../api.ts';

/** What a command may use. */
export interface CommandContext {
  readonly client: Client;
  readonly room: string;
  readonly view: RoomView;
  /** The link of a room as others can use it from where this client stands. */
  formatLink(secret: Uint8Array): string;
}

/** What the client shows, or does, after a command. */
export type CommandResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'help' }
  | { readonly kind: 'members'; readonly devices: boolean }
  | { readonly kind: 'invite'; readonly link: string }
  | { readonly kind: 'quit' };

export interface Command {
  readonly name: CommandName;
  /** Other names, Spanish ones first. */
  readonly aliases: readonly string[];
  readonly argument: 'none' | 'required';
  /** Is about the room as it is now: who runs it unattended waits until the room is caught up. */
  readonly live: boolean;
  run(context: CommandContext, argument: string): Promise<CommandResult>;
}

export type CommandName = 'help' | 'who' | 'nick' | 'me' | 'invite' | 'remove' | 'devices' | 'leave' | 'quit';
