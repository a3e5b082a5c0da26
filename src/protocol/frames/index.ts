export { CALL_SOURCES, type CallAnswer, type CallDemand, type CallOffer, type CallSource, type CallWant } from './calls.ts';
export * from './client.ts';
export * from './relay.ts';
export type { Change, EntryKind } from './fields.ts';
