import { expect, test } from 'vitest';
import { parseServeArguments } from '../../src/main/serve-arguments.ts';

const files = (...flags: string[]) => parseServeArguments(flags, {}).files;
const GIB = 1024 ** 3;
const DAY = 86_400_000;

test('what is said of files is bytes and milliseconds; what is not said stays open', () => {
  expect(files()).toEqual({ keep: undefined, maxRoom: undefined, maxDevice: undefined, reserve: undefined });
  expect(files('--keep-files', '90d', '--files-max-room', '20G', '--files-max-device', '1.5t', '--files-reserve', '0')).toEqual({
    keep: 90 * DAY,
    maxRoom: 20 * GIB,
    maxDevice: 1.5 * 1024 * GIB,
    reserve: 0,
  });
  expect(files('--keep-files', '12h', '--files-reserve', '500M')).toMatchObject({ keep: DAY / 2, reserve: 500 * 1024 ** 2 });
  expect(files('--keep-files', 'forever').keep).toBeNull();
});

test.each([
  ['--keep-files', '90'],
  ['--keep-files', '0d'],
  ['--keep-files', '-1d'],
  ['--keep-files', '1000000d'],
  ['--keep-files', 'ever'],
  ['--files-max-room', '20'],
  ['--files-max-room', '20GB'],
  ['--files-max-device', '1e3G'],
  ['--files-max-device', ''],
  ['--files-reserve', '-5G'],
])('%s %s is refused, and named', (flag, value) => {
  expect(() => files(`${flag}=${value}`)).toThrow(expect.objectContaining({ code: 'bad_flag', detail: { message: `${flag} ${value}` } }));
});

test('calls are forwarded by one process unless it is said otherwise, or by none', () => {
  const media = (...flags: string[]) => parseServeArguments(flags, {}).media;
  expect(media()).toEqual({ workers: undefined });
  expect(media('--media-workers', '4')).toEqual({ workers: 4 });
  expect(media('--no-calls', '--media-workers', '4')).toBeNull();
  expect(parseServeArguments(['--media-port', '9300'], {}).mediaPort).toBe(9300);
  for (const count of ['0', '33', '-1', '1.5', 'two', '']) {
    expect(() => media(`--media-workers=${count}`)).toThrow(
      expect.objectContaining({ code: 'bad_flag', detail: { message: `--media-workers ${count}` } }),
    );
  }
});
