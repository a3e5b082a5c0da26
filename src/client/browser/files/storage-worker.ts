/**
 * Runs in a worker, where alone browsers write files of their private storage in place. One request after the other for each file.
 */
import type { StorageAnswer, StorageRequest } from './storage.ts';

interface AccessHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}

const FOLDER = 'corrillo-files';
const handlesByName = new Map<string, AccessHandle>();
const turnsByName = new Map<string, Promise<unknown>>();

addEventListener('message', ({ data }: MessageEvent<StorageRequest>) => {
  const turn = (turnsByName.get(data.name) ?? Promise.resolve()).then(() => answer(data));
  turnsByName.set(data.name, turn);
  void turn.finally(() => turnsByName.get(data.name) === turn && turnsByName.delete(data.name));
});

async function answer(request: StorageRequest): Promise<void> {
  let reply: StorageAnswer;
  try {
    const value = await act(request);
    reply = request.act === 'write' ? { q: request.q, value, buffer: request.buffer } : { q: request.q, value };
  } catch (error) {
    const { name, message } = error as DOMException;
    reply = { q: request.q, error: name, because: message };
  }
  const transfer: Transferable[] = 'buffer' in reply && reply.buffer ? [reply.buffer] : [];
  postMessage(reply, { transfer });
}

async function act(request: StorageRequest): Promise<number> {
  const { act: what, name } = request;
  if (what === 'remove') {
    closeHandle(name);
    await (await folder()).removeEntry(name).catch(() => {});
    return 0;
  }
  if (what === 'close') {
    closeHandle(name);
    return 0;
  }
  const handle = handlesByName.get(name) ?? (await openHandle(name, what === 'open' && request.make));
  switch (what) {
    case 'write':
      writeWhole(handle, new Uint8Array(request.buffer, 0, request.length), request.at);
      return request.length;
    case 'truncate':
      handle.truncate(request.size);
      return request.size;
    case 'flush':
      handle.flush();
      return handle.getSize();
    case 'open':
    default:
      return handle.getSize();
  }
}

/** What a full disk took only a part of is not written. */
function writeWhole(handle: AccessHandle, bytes: Uint8Array, at: number): void {
  if (handle.write(bytes, { at }) < bytes.length) throw new DOMException('only a part was written', 'QuotaExceededError');
}

const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });

async function openHandle(name: string, make: boolean): Promise<AccessHandle> {
  const file = (await (await folder()).getFileHandle(name, { create: make })) as FileSystemFileHandle & {
    createSyncAccessHandle(): Promise<AccessHandle>;
  };
  const handle = await file.createSyncAccessHandle();
  handlesByName.set(name, handle);
  return handle;
}

function closeHandle(name: string): void {
  handlesByName.get(name)?.close();
  handlesByName.delete(name);
}
