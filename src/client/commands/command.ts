import type { CallView, Client, Member, RoomView, TimelineItem, Transfer } from '../api.ts';

/** What a command may use. */
export interface CommandContext {
  readonly client: Client;
  readonly room: string;
  readonly view: RoomView;
  /** The link of a room as others can use it from where this client stands. */
  formatLink(secret: Uint8Array): string;
  /** How this client comes to a call, where it asks its person first or knows more; else it joins at once. Rejects as `Calls.join` does. */
  readonly startCall?: (wanted: { readonly microphone: boolean; readonly camera: boolean }) => Promise<void>;
}

/** What the client shows, or does, after a command. */
export type CommandResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'help' }
  | { readonly kind: 'members'; readonly devices: boolean }
  | { readonly kind: 'invite'; readonly link: string }
  /** All rooms of this relay, in the order of their numbers. */
  | { readonly kind: 'rooms'; readonly rooms: readonly RoomView[] }
  /** From here on this room is talked in. */
  | { readonly kind: 'go'; readonly room: string }
  /** A text went to one member alone. */
  | { readonly kind: 'said'; readonly room: string; readonly id: string; readonly name: string; readonly text: string }
  /** Words to compare: those of this device, and those of the members that were asked for. `code`: what another's camera reads off this screen. */
  | { readonly kind: 'compare'; readonly own: readonly string[]; readonly others: readonly Compared[]; readonly code: string }
  | { readonly kind: 'verified'; readonly name: string }
  /** A path as it was typed; empty: the client asks for one. */
  | { readonly kind: 'upload'; readonly path: string }
  /** `directory` as it was typed; empty: the usual one. */
  | { readonly kind: 'download'; readonly item: FileItem; readonly directory: string }
  | { readonly kind: 'files'; readonly items: readonly FileItem[]; readonly transfers: readonly Transfer[] }
  /** The room's call as it is; null: there is none. What a command changes in it is told by `call` events. */
  | { readonly kind: 'call'; readonly call: CallView | null }
  | { readonly kind: 'quit' };

export type FileItem = TimelineItem & { readonly kind: 'file' };

export interface Compared {
  readonly member: Member;
  readonly words: readonly string[];
}

interface Named {
  readonly name: string;
  /** Other names, Spanish ones first. */
  readonly aliases: readonly string[];
}

export interface Command extends Named {
  readonly name: CommandName;
  readonly argument: 'none' | 'optional' | 'required';
  /** What its argument begins with, for completion. */
  readonly completes: 'nothing' | 'member' | 'knock' | 'room' | 'path' | 'file' | 'transfer' | 'word';
  /** Where it completes words: those, each with its other names, Spanish ones first. */
  readonly words?: readonly Named[];
  /** Is about the room as it is now: who runs it unattended waits until the room is caught up. */
  readonly live: boolean;
  /** May go to another room: who runs it unattended waits with what comes after it, which is meant for there. */
  readonly moves?: true;
  run(context: CommandContext, argument: string): Promise<CommandResult>;
}

export type CommandName =
  | 'help'
  | 'who'
  | 'nick'
  | 'me'
  | 'invite'
  | 'admit'
  | 'deny'
  | 'msg'
  | 'rooms'
  | 'room'
  | 'verify'
  | 'remove'
  | 'devices'
  | 'upload'
  | 'download'
  | 'files'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'delete'
  | 'call'
  | 'leave'
  | 'quit';
