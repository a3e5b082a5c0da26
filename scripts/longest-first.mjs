import { BaseSequencer } from 'vitest/node';

/** Short files that take long: begun last, one of them would keep a core waiting for the other. Vitest takes the size of a file it has not seen. */
const long = [
  'client/device-lock',
  'crash/big-file',
  'crash/relay-killed',
  'fuzz/frames-over-sockets',
  'house/runner',
  'lan/discovery',
  'terminal/injection',
];

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    // oxlint-disable-next-line unicorn/no-array-sort -- Vitest's own, which returns a new one
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }) => long.some((name) => moduleId.includes(`/test/${name}.`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
