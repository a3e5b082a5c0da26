import { CodedError } from '../../../protocol/index.ts';
import type { FileSink } from '../../files/ports.ts';
import type { PrivateStorage } from './storage.ts';

/** Hands a finished file to the person, as the browser's own download. */
export type Export = (file: File, name: string) => void;

const PREFIX = 'storage:';

/**
 * A file in the private storage, given to the person when it is whole. It is there after a reload as well, up to what was synced.
 * @param key of it in the storage; `name` is what the person gets
 */
export function createStorageSink(storage: PrivateStorage, key: string, name: string, give: Export): FileSink {
  let at = 0;
  return {
    place: `${PREFIX}${key}/${name}`,
    seekable: true,
    async begin(offset) {
      const size = await storage.open(key, offset === 0);
      if (size < offset) throw new CodedError('target_gone');
      await storage.truncate(key, offset);
      at = offset;
    },
    async write(bytes) {
      await storage.write(key, at, bytes);
      at += bytes.length;
    },
    sync: () => storage.flush(key),
    async finish() {
      await storage.flush(key);
      await storage.close(key);
      give(await storage.file(key), name);
      return name;
    },
    abandon: () => storage.remove(key),
    close: () => storage.close(key),
  };
}

/** A sink that an earlier page wrote to; undefined where the place is none of the storage's. Rejects with `target_gone`. */
export async function reopenStorageSink(
  { files, give, given }: { readonly files: PrivateStorage; readonly give: (key: string) => Export; given(key: string): boolean },
  place: string,
): Promise<FileSink | undefined> {
  const [, key, name] = /^storage:([0-9a-z-]+)\/(.+)$/s.exec(place) ?? [];
  if (key === undefined || name === undefined) return undefined;
  if (given(key)) throw new CodedError('target_gone');
  await files.open(key, false);
  return createStorageSink(files, key, name, give(key));
}
