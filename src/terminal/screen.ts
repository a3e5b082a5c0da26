import type { CallView, Client, CommandResult, Knock, MediaCount, OverPhase, RoomView, TimelineItem, Transfer } from '../client/index.ts';
import type { Detail } from '../client/locales/index.ts';
import type { CodedError } from '../protocol/index.ts';

/** A code with what its sentence says beside it. */
export interface Fault {
  readonly code: string;
  readonly detail?: Detail | undefined;
}

/** What shows a chat: JSON lines, plain lines, the full screen. The session tells it what happens, in order. */
export interface Screen {
  /** From here on there is an engine to look at. */
  attach(client: Client): void;
  /** `fault`: why there is no connection. */
  state(connected: boolean, fault: Fault | undefined): void;
  /** This device waits at the door of `host`; whoever lets it in sees the same words. */
  waiting(room: string, words: readonly string[], host: string): void;
  ready(view: RoomView): void;
  /** Lines that are typed go to this room from now on. */
  go(view: RoomView): void;
  /** Somebody began a room of two with this device. */
  opened(view: RoomView): void;
  knock(room: string, knock: Knock): void;
  knockGone(room: string, device: string): void;
  /** A line of this device is in the outbox, on disk. `line` counts input lines from 1. */
  queued(room: string, id: string, text: string, line: number): void;
  sent(room: string, id: string, seq: number): void;
  item(room: string, item: TimelineItem): void;
  /** A file is on its way, moved, or is there. */
  transfer(transfer: Transfer): void;
  /** What stood at this number of a room was taken back. */
  takenBack(room: string, item: TimelineItem): void;
  /** So many links and special files of a folder are not sent. */
  leftOut(room: string, transfer: string, folder: string, count: number): void;
  words(room: string, words: readonly string[]): void;
  /** Something of the room's call changed. */
  call(room: string, view: CallView | null): void;
  /** Frames of the last second of a call. */
  media(room: string, counts: readonly MediaCount[]): void;
  ended(room: string, why: OverPhase, by: string): void;
  command(result: CommandResult, view: RoomView): void;
  refused(error: CodedError): void;
  error(error: CodedError, context: { room?: string | undefined; id?: string | undefined; line?: number | undefined }): void;
  /** The end waits for so many lines to be sent. */
  flushing(count: number): void;
  /** Lines that stay in the outbox at the end. */
  unsent(count: number): void;
  /** Files that are on their way at the end, and go on at the next start. */
  transfersGoOn(count: number): void;
  /** Another program of this person goes on with the device: this one ends. */
  takenOver(): void;
  close(): void;
}
