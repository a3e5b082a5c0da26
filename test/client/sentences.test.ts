import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listFiles } from '../../scripts/parts.mjs';
import { texts } from '../../src/client/locales/index.ts';

const src = join(import.meta.dirname, '..', '..', 'src');
const codesIn = (folder: string, pattern: RegExp) =>
  listFiles(join(src, folder)).flatMap((file) => Array.from(readFileSync(file, 'utf8').matchAll(pattern), (match) => match[1] as string));

test('whatever a person may meet has a sentence', () => {
  const thrown = ['client', 'crypto', 'main', 'terminal'].flatMap((folder) =>
    codesIn(folder, /\b(?:CodedError|GroupError|fail|lose|end|reset)\(\s*'([a-z_]+)'/g),
  );
  const connecting = codesIn('client/node/faults.ts', /\b[A-Z_]+: '([a-z_]+)'/g);
  expect(thrown.length).toBeGreaterThan(50);
  expect(connecting).toContain('unknown_host');
  const { errors } = texts('en');
  expect([...new Set([...thrown, ...connecting])].filter((code) => !Object.hasOwn(errors, code))).toEqual([]);
});
