/** The headless engine: what the page, the terminal, bots and tests are built on. */
export type * from './api.ts';
export { type ClientOptions, type ClientPorts, createClient } from './client.ts';
export { systemClock } from './clock.ts';
export { LIMITS_OF_CONTENT, normalizeName } from './content/index.ts';
export { formatInvite, type Invite, parseInvite, sameRelay } from './invite.ts';
export {
  type Command,
  type CommandContext,
  type CommandName,
  type CommandResult,
  commands,
  findMember,
  nameOfRoom,
  parseLine,
  runLine,
} from './commands/index.ts';
export { createMemoryStore } from './memory-store.ts';
export type * from './ports.ts';
