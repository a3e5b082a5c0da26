import type { CommandResult, OverPhase, RoomView, TimelineItem } from '../client/index.ts';
import type { CodedError } from '../protocol/index.ts';

/** What shows a chat: JSON lines, plain lines, later the full screen. The session tells it what happens, in order. */
export interface Screen {
  state(connected: boolean, code: string | undefined): void;
  ready(view: RoomView): void;
  /** A line of this device is in the outbox, on disk. `line` counts input lines from 1. */
  queued(room: string, id: string, text: string, line: number): void;
  sent(room: string, id: string, seq: number): void;
  item(room: string, item: TimelineItem): void;
  words(room: string, words: readonly string[]): void;
  ended(room: string, why: OverPhase, by: string): void;
  command(result: CommandResult, view: RoomView): void;
  refused(code: string): void;
  error(error: CodedError, context: { room?: string | undefined; id?: string | undefined; line?: number | undefined }): void;
  /** The end waits for so many lines to be sent. */
  flushing(count: number): void;
  /** Lines that stay in the outbox at the end. */
  unsent(count: number): void;
  close(): void;
}
