import type { Handler } from './handler.ts';

/** Says something to those who follow the room now: passed on, never stored. */
export const ephemeral: Handler<'ephemeral', 'ready'> = { needs: 'ready', run() {} };
