export * from './client.ts';
export * from './relay.ts';
export type { Change, EntryKind } from './fields.ts';
