import { callWord } from './call-word.ts';

/**
 * What members tell one another beside the log, by kind. The relay cannot import this file. A kind that a client does not know is
 * passed over: nothing of it would stay anyway.
 */
export const wordKinds = { call: callWord } as const;
