import { CodedError } from '../../../protocol/index.ts';
import { translateTarget } from './handle-sink.ts';

export type StorageRequest = { readonly q: number; readonly name: string } & (
  | { readonly act: 'open'; readonly make: boolean }
  | { readonly act: 'write'; readonly at: number; readonly buffer: ArrayBuffer; readonly length: number }
  | { readonly act: 'truncate'; readonly size: number }
  | { readonly act: 'flush' | 'close' | 'remove' }
);
export type StorageAnswer = { readonly q: number } &
  /** The buffer goes to and fro: what is thrown away on the other side is collected late there. */
  ({ readonly value: number; readonly buffer?: ArrayBuffer } | { readonly error: string; readonly because: string });

/** Files that only this origin sees (OPFS). Methods reject with `target_full`, `target_gone`, `target_not_writable`, `timeout`. */
export interface PrivateStorage {
  /** @returns its size */
  open(name: string, make: boolean): Promise<number>;
  write(name: string, at: number, bytes: Uint8Array): Promise<void>;
  truncate(name: string, size: number): Promise<void>;
  flush(name: string): Promise<void>;
  close(name: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** As a file of the disk, which the browser reads as it is needed. */
  file(name: string): Promise<File>;
  /** What is there, with the time of the last change. */
  list(): Promise<readonly { readonly name: string; readonly modified: number }[]>;
}

const FOLDER = 'corrillo-files';
/** Buffers that are kept for the next write. */
const SPARE = 4;
/** ms. A disk that does not take 16 MiB in this time is not going to. */
const PATIENCE = 60_000;

/** Has this browser private storage that a worker can write in place? Private windows of some have none. */
export async function hasPrivateStorage(): Promise<boolean> {
  if (typeof navigator.storage?.getDirectory !== 'function' || typeof Worker !== 'function') return false;
  if (!('FileSystemFileHandle' in globalThis)) return false;
  return navigator.storage.getDirectory().then(
    () => true,
    () => false,
  );
}

export function createPrivateStorage(makeWorker: () => Worker): PrivateStorage {
  const waiting = new Map<number, { resolve(value: number): void; reject(error: unknown): void }>();
  let worker: Worker | undefined;
  let questions = 0;
  const spare: ArrayBuffer[] = [];

  function start(): Worker {
    const made = makeWorker();
    made.addEventListener('message', ({ data }: MessageEvent<StorageAnswer>) => {
      const question = waiting.get(data.q);
      waiting.delete(data.q);
      if ('value' in data && data.buffer && spare.length < SPARE) spare.push(data.buffer);
      if ('error' in data) question?.reject(new DOMException(data.because, data.error));
      else question?.resolve(data.value);
    });
    made.addEventListener('error', () => {
      worker = undefined;
      for (const { reject } of waiting.values()) reject(new DOMException('the worker failed', 'InvalidStateError'));
      waiting.clear();
    });
    return made;
  }

  type Ask = StorageRequest extends infer R ? (R extends StorageRequest ? Omit<R, 'q'> : never) : never;

  function ask(request: Ask, transfer: Transferable[] = []): Promise<number> {
    return translateTarget(
      () =>
        new Promise<number>((resolve, reject) => {
          worker ??= start();
          const q = questions++;
          const timer = setTimeout(() => {
            waiting.delete(q);
            reject(new CodedError('timeout'));
          }, PATIENCE);
          waiting.set(q, {
            resolve: (value) => (clearTimeout(timer), resolve(value)),
            reject: (error) => (clearTimeout(timer), reject(error)),
          });
          worker.postMessage({ ...request, q }, transfer);
        }),
    );
  }

  const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });

  return {
    open: (name, make) => ask({ act: 'open', name, make }),
    async write(name, at, bytes) {
      // Copied: whoever opened the bytes may use their memory again.
      const known = spare.pop();
      const buffer = known && known.byteLength >= bytes.length ? known : new ArrayBuffer(bytes.length);
      new Uint8Array(buffer).set(bytes);
      await ask({ act: 'write', name, at, buffer, length: bytes.length }, [buffer]);
    },
    truncate: (name, size) => ask({ act: 'truncate', name, size }).then(() => {}),
    flush: (name) => ask({ act: 'flush', name }).then(() => {}),
    close: (name) => ask({ act: 'close', name }).then(() => {}),
    remove: (name) => ask({ act: 'remove', name }).then(() => {}),
    file: (name) => translateTarget(async () => (await (await folder()).getFileHandle(name)).getFile()),
    list: () =>
      translateTarget(async () => {
        const found: { name: string; modified: number }[] = [];
        for await (const [name, handle] of (await folder()).entries() as AsyncIterable<[string, FileSystemHandle]>) {
          // One that is being written cannot be looked at, and is in use.
          const file = handle.kind === 'file' ? await (handle as FileSystemFileHandle).getFile().catch(() => undefined) : undefined;
          if (file) found.push({ name, modified: file.lastModified });
        }
        return found;
      }),
  };
}
