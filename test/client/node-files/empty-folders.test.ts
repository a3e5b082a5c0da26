import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeFolderIndex } from '../../../src/client/files/folder-index.ts';
import { createFolderSink } from '../../../src/client/node/index.ts';
import { temporaryFolder } from './support.ts';

it.each([[[]], [['nothing/']], [['a', 'b/', 'c']]])(
  'a folder of %j comes out whole, without a byte of contents',
  async (paths: string[]) => {
    const target = join(temporaryFolder(), 'out');
    const { bytes, files } = encodeFolderIndex(paths.map((path) => ({ path, size: 0, modified: 0 })));
    const sink = createFolderSink(target, files);
    await sink.begin(0);
    await sink.write(bytes);
    expect(await sink.finish()).toBe(target);
    expect(readdirSync(target)).toEqual(paths.map((path) => path.replace('/', '')));
  },
);
