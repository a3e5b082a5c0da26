import type { RelayEvent } from './relay-events.ts';

/** Where the relay's running commentary goes, a line each. */
export type ConsoleLog = (line: string) => void;

/** Enough of an id to tell devices apart on one network, and not more. */
const SHORT = 8;

/** Writes who comes and goes, one line for each sealed message, and what went wrong. Never a name, a key or a body. */
export function writeEvent(log: ConsoleLog, event: RelayEvent): void {
  const line = describe(event);
  if (line !== undefined) log(line);
}

function describe(event: RelayEvent): string | undefined {
  switch (event.event) {
    case 'founded':
      return `room ${short(event.room)} founded`;
    case 'created':
      return `room ${short(event.room)} created`;
    case 'removed':
      return `- ${short(event.device)} is out of room ${short(event.room)}`;
    case 'knock':
      return `? ${short(event.device)} knocks at room ${short(event.room)}`;
    case 'call':
      return `  room ${short(event.room)} call: ${event.members}`;
    case 'connected':
      return `+ ${short(event.device)} ${event.address} ${event.kind}`;
    case 'disconnected':
      // Who never proved a device is worth a line only when it was sent away.
      if (event.device === null) return event.code === 'gone' ? undefined : `! ${event.address} ${event.code}`;
      return `- ${short(event.device)} ${event.code}`;
    case 'stored':
      return `  room ${short(event.room)} #${event.seq} ${event.kind} ${event.bytes} B from ${short(event.device)}`;
    case 'storage_failed':
      return `! storage_failed ${reason(event.error)}`;
    case 'fault':
      return `! fault ${reason(event.error)}`;
  }
}

const short = (id: string): string => id.slice(0, SHORT);

/** The first line of an error's message: errors of storage and parsing carry paths and codes, no contents. */
function reason(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text
    .split('\n')
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' | ');
}
