import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listFiles } from '../../scripts/parts.mjs';
import { proofs } from '../../scripts/proofs.mjs';
import { repository } from './tree.ts';

const tests = listFiles(join(repository, 'test'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('proofs.test.ts'))
  .map((file) => [file, readFileSync(file, 'utf8')] as const);

it.each(Object.entries(proofs))('%s: is asked for by a test, and the whole is more than the slice', (name, { what, slice, whole }) => {
  expect(tests.filter(([, text]) => text.includes(`lengthOf('${name}')`)).length).toBeGreaterThan(0);
  if (what.startsWith('stride')) expect([whole, slice > whole]).toEqual([1, true]);
  else expect(whole).toBeGreaterThan(slice);
});

it('no test keeps a length of its own for `npm run prove`', () => {
  expect(tests.filter(([, text]) => text.includes('CORRILLO_PROVE')).map(([file]) => file)).toEqual([]);
});
