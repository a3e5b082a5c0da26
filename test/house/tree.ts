import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

/** A checkout with our house and sources of the test's own, in a temporary folder that the caller removes. */
export function makeTree(files: Record<string, string>): string {
  const tree = mkdtempSync(join(tmpdir(), 'corrillo-tree-'));
  for (const name of ['bin', 'scripts', 'package.json', 'package-lock.json', 'vite.config.ts', 'vitest.config.ts']) {
    cpSync(join(repository, name), join(tree, name), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'), 'junction');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  return tree;
}
