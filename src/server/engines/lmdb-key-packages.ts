import { equalBytes, toHex } from '../../protocol/index.ts';
import type { KeyPackages } from '../key-packages.ts';
import type { LmdbFile } from './lmdb-file.ts';

/** Key packages in the LMDB file of the rooms. Keys: `k` device number → package, the oldest first; `l` device → the last one. */
export function createLmdbKeyPackages({ db, write }: LmdbFile): KeyPackages {
  const waitingOf = (device: string) => Array.from(db.getRange({ start: ['k', device, 0], end: ['k', device, Number.MAX_SAFE_INTEGER] }));

  return {
    async publish(device, packages, last, keep) {
      const key = toHex(device);
      // Who only asks costs no write.
      if (packages.length === 0 && !last) return { left: waitingOf(key).length, last: db.doesExist(['l', key]) };
      return write(() => {
        const waiting = waitingOf(key);
        for (const body of packages) {
          if (waiting.some(({ value }) => equalBytes(value, body))) continue;
          const number = ((waiting.at(-1)?.key[2] as number | undefined) ?? 0) + 1;
          db.putSync(['k', key, number], body);
          waiting.push({ key: ['k', key, number], value: body });
        }
        for (const old of waiting.splice(0, Math.max(0, waiting.length - keep))) db.removeSync(old.key);
        if (last) db.putSync(['l', key], last);
        return { left: waiting.length, last: last !== null || db.doesExist(['l', key]) };
      });
    },

    async take(device) {
      const key = toHex(device);
      if (waitingOf(key).length === 0) return db.get(['l', key]);
      return write(() => {
        // Another one may have taken it while this waited for its turn.
        const [oldest] = waitingOf(key);
        if (!oldest) return db.get(['l', key]);
        db.removeSync(oldest.key);
        return oldest.value;
      });
    },

    last: async (device) => db.get(['l', toHex(device)]),
  };
}
