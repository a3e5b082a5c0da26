export type { CallWord } from './call-word.ts';
export { createEphemeral } from './ephemeral.ts';
