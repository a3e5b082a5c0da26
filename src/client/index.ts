/** The headless engine: what the page, the terminal, bots and tests are built on. */
export type * from './api.ts';
export type * from './calls/ports.ts';
export type { Archive, ArchivedRoom } from './archive.ts';
export { type ClientOptions, type ClientPorts, createClient } from './client.ts';
export { HEARING } from './calls/hearing.ts';
export { systemClock } from './clock.ts';
export { LIMITS_OF_CONTENT, normalizeName } from './content/index.ts';
export { type BlobSecret, type MakeSink, openBlob, type SealedBlob } from './files/open-blob.ts';
export { formatInvite, type Invite, parseInvite, sameRelay } from './invite.ts';
export {
  type Command,
  type CommandContext,
  type CommandName,
  type CommandResult,
  commands,
  type FileItem,
  findMember,
  findRoomCalled,
  findTransfer,
  nameOfRoom,
  parseLine,
  runLine,
} from './commands/index.ts';
export { safeFileName } from './files/names.ts';
export { createMemoryStore } from './memory-store.ts';
export type * from './files/ports.ts';
export type * from './ports.ts';
