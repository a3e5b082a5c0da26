import type { CompletionSources } from '../../src/terminal/full/completion.ts';

/** What can be completed in a room with two files, where three are on their way. */
export const sourcesWith = (change: Partial<CompletionSources>): CompletionSources => ({
  spanish: false,
  members: () => [],
  knocks: () => [],
  rooms: () => [],
  files: async () => [
    { id: '3fa2', name: 'report.pdf' },
    { id: '3fb7', name: 'Photos' },
  ],
  transfers: () => [
    { id: 'aa11bb22cc33', name: 'song.mp3' },
    { id: 'aa11bb22dd44', name: 'same' },
    { id: 'bb11bb22dd44', name: 'same' },
  ],
  list: async () => [],
  ...change,
});
