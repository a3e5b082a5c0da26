import { describe, expect, it } from 'vitest';
import { kindOf, shownTypeOf } from '../../src/web/state/file-kind.ts';

const file = (name: string, type = '', files: number | null = null) => ({ name, type, files });

describe('what a file is', () => {
  it.each([
    ['a.jpg', 'image/jpeg', 'picture', 'image/jpeg'],
    ['a.JPG', '', 'picture', 'image/jpeg'],
    ['a.jpg', 'IMAGE/JPG; x=1', 'picture', 'image/jpeg'],
    ['a.mov', 'video/quicktime', 'video', 'video/mp4'],
    ['a.opus', 'application/octet-stream', 'sound', 'audio/ogg'],
    ['a.pdf', '', 'pdf', null],
    ['a.tar.gz', '', 'archive', null],
    ['a.heic', 'image/heic', 'picture', null],
    ['a.bin', '', 'other', null],
    ['', '', 'other', null],
  ])('%s of type %s is %s, and is shown as %s', (name, type, kind, shown) => {
    expect([kindOf(file(name, type)), shownTypeOf(file(name, type))]).toEqual([kind, shown]);
  });

  it('is never shown where it could hold a script, whatever it is called', () => {
    for (const type of ['image/svg+xml', 'text/html', 'application/xhtml+xml', 'text/xml', 'application/pdf', '__proto__', 'constructor'])
      for (const name of ['a.png', 'a.svg', 'a.html']) expect(shownTypeOf(file(name, type))).toBeNull();
  });

  it('is a folder where it has files', () => {
    expect([kindOf(file('a.jpg', 'image/jpeg', 3)), shownTypeOf(file('a.jpg', 'image/jpeg', 3))]).toEqual(['folder', null]);
  });
});
