import { encode } from 'cborg';
import { expect, test } from 'vitest';
import { decodeTransfer } from '../../src/client/files/journal.ts';

test.each([
  ['up', { folder: null }],
  ['down', { folder: false }],
] as const)('a transfer %s that an older program stored is under way', (direction, folder) => {
  const older = { direction, id: 'aa', room: 'bb', order: 1, name: 'n', ...(direction === 'up' ? folder : {}) };
  expect(decodeTransfer(encode(older))).toEqual({ ...older, ...folder, ended: null });
});
