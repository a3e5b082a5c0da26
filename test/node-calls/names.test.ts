import { describe, expect, it } from 'vitest';
import { createLabels, drawName } from '../../src/client/node/calls/window/labels.ts';

describe('a name', () => {
  const inked = async (name: string) => (await drawName('ffmpeg', name))?.letters.filter((letter) => letter > 128).length ?? 0;

  it('is as wide as it is long, in any script', async () => {
    const [short, long] = [await drawName('ffmpeg', 'Eva'), await drawName('ffmpeg', 'Eva María de la Fuente')];
    expect(short?.height).toBe(28);
    expect(long?.width).toBeGreaterThan(2 * (short?.width ?? Infinity));
    for (const name of ['Лена', 'Íñigo O’Neill', "d'Arc"]) expect(await inked(name), name).toBeGreaterThan(20);
  });

  it('says nothing else to ffmpeg, whatever stands in it', async () => {
    // Each of these would be another filter, another file or a fault if it were taken as it is.
    for (const name of ["a':textfile=/etc/passwd:x='", 'a,negate', 'a;[b]', 'a\\', '%{pts}', "'"])
      expect(await drawName('ffmpeg', name), name).toEqual(
        await drawName('ffmpeg', name.replaceAll("'", '’').replaceAll(/[:=/,;[\]\\%{}]/g, '')),
      );
    expect(await drawName('ffmpeg', '::')).toBeUndefined();
    expect(await drawName('no-such-ffmpeg', 'Eva')).toBeUndefined();
  });

  it('is drawn once, and told when it is there', async () => {
    let drawn = 0;
    const labels = createLabels('ffmpeg', () => (drawn += 1));
    expect([labels.of('Eva'), labels.of('Eva')]).toEqual([undefined, undefined]);
    await expect.poll(() => drawn).toBe(1);
    expect(labels.of('Eva')).toEqual(await drawName('ffmpeg', 'Eva'));
  });
});
