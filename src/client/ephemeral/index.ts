export type { CallWord } from './call-word.ts';
export type { Word } from './envelope.ts';
export { createEphemeral, type Ephemeral } from './ephemeral.ts';
