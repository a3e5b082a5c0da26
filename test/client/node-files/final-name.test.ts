import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partBeside, placeFile } from '../../../src/client/node/files/final-name.ts';
import { temporaryFolder } from './support.ts';

/** A disk on which no file has a second name. */
const without = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

function partIn(folder: string, content: string): string {
  const part = partBeside(join(folder, 'a'));
  writeFileSync(part, content);
  return part;
}

describe.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EXDEV', 'EISDIR', 'EACCES'])(
  'on a disk without second names, which says %s,',
  (code) => {
    it('a file gets its name', async () => {
      const folder = temporaryFolder();
      expect(await placeFile(partIn(folder, 'whole'), join(folder, 'a.txt'), without(code))).toBe(join(folder, 'a.txt'));
      expect(readdirSync(folder)).toEqual(['a.txt']);
      expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('whole');
    });

    it('nothing that is there loses its place', async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'a.txt'), '');
      symlinkSync('/nowhere', join(folder, 'a (2).txt'));
      mkdirSync(join(folder, 'a (3).txt'));
      expect(await placeFile(partIn(folder, 'new'), join(folder, 'a.txt'), without(code))).toBe(join(folder, 'a (4).txt'));
      expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('');
      expect(readlinkSync(join(folder, 'a (2).txt'))).toBe('/nowhere');
      expect(readdirSync(folder).toSorted()).toEqual(['a (2).txt', 'a (3).txt', 'a (4).txt', 'a.txt']);
    });
  },
);

describe('on a disk without second names', () => {
  it('many at once of one name get a name each', async () => {
    const folder = temporaryFolder();
    const place = (_: unknown, i: number) => placeFile(partIn(folder, String(i)), join(folder, 'same'), without('EPERM'));
    const names = await Promise.all(Array.from({ length: 20 }, place));
    expect(names.map((name) => readFileSync(name, 'utf8'))).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    expect(readdirSync(folder).length).toBe(20);
  });

  it('who takes the name in the last moment keeps it', async () => {
    const folder = temporaryFolder();
    const taken = (_part: unknown, name: unknown) => {
      if (name === join(folder, 'a')) writeFileSync(name, 'theirs');
      return without('EPERM')();
    };
    expect(await placeFile(partIn(folder, 'mine'), join(folder, 'a'), taken)).toBe(join(folder, 'a (2)'));
    expect(['a', 'a (2)'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['theirs', 'mine']);
  });

  it('nothing stands under the name where the file cannot get it', async () => {
    const folder = temporaryFolder();
    const part = partIn(folder, 'whole');
    rmSync(part);
    await expect(placeFile(part, join(folder, 'a'), without('EPERM'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('what is wrong with a disk otherwise is told, and the file stays where it was', async () => {
  const folder = temporaryFolder();
  const part = partIn(folder, 'whole');
  await expect(placeFile(part, join(folder, 'a'), without('EIO'))).rejects.toMatchObject({ code: 'EIO' });
  expect([join(folder, ...readdirSync(folder))]).toEqual([part]);
});
