import type { StoredFiles } from '../../client/browser/index.ts';
import type { Client } from '../../client/index.ts';
import type { FileItem } from '../state/file-desk.ts';
import { kindOf, shownTypeOf } from '../state/file-kind.ts';
import { replyWithRange } from '../stream/range-reply.ts';
import type { StreamHost } from '../stream/stream-host.ts';

/** A file that the page shows itself: an address for an element, good until `end`. */
export type ShownFile = { readonly state: 'shown'; readonly url: string; end(): void } | { readonly state: 'too-large' };

export interface ShownPorts {
  readonly client: Client;
  /** Undefined where no service worker runs. */
  stream(): Promise<StreamHost | undefined>;
  stored(): Promise<StoredFiles | undefined>;
}

/** Bytes of a picture or recording that are held to be shown; what is larger has to play while it loads, or from the disk. */
const MOST_HELD = 64 * 1024 * 1024;

/**
 * Opens a file to be looked at or listened to. The type is one of ours, whatever its sender called it.
 * Rejects with what `Files.read` rejects with. @param onShare how much of it was fetched, 0 … 1
 */
export async function showFile(
  { client, stream, stored }: ShownPorts,
  room: string,
  item: FileItem,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<ShownFile> {
  const { file } = item;
  const type = shownTypeOf(file) ?? 'application/octet-stream';
  const read = (range: { offset: number; length: number }, until: AbortSignal) => client.files.read(room, file.id, range, until);
  const host = kindOf(file) === 'picture' ? undefined : await stream();
  if (host) {
    const { url, end } = host.offer((range) => replyWithRange({ size: file.size, type, read }, range));
    return { state: 'shown', url, end };
  }
  const whole = countShare(read({ offset: 0, length: file.size }, signal), file.size, onShare);
  if (file.size <= MOST_HELD) return shownAs(await collect(whole, type), () => {});
  const storage = kindOf(file) === 'picture' ? undefined : await stored();
  return storage ? fromStorage(storage, whole, type) : { state: 'too-large' };
}

async function collect(pieces: AsyncIterable<Uint8Array>, type: string): Promise<Blob> {
  const kept: BlobPart[] = [];
  for await (const piece of pieces) kept.push(piece.slice());
  return new Blob(kept, { type });
}

async function fromStorage({ files }: StoredFiles, pieces: AsyncIterable<Uint8Array>, type: string): Promise<ShownFile> {
  const key = `${Date.now().toString(36)}-${crypto.randomUUID()}`;
  try {
    await files.open(key, true);
    let at = 0;
    for await (const piece of pieces) {
      await files.write(key, at, piece);
      at += piece.length;
    }
    await files.flush(key);
    await files.close(key);
    const file = await files.file(key);
    return shownAs(file.slice(0, file.size, type), () => void files.remove(key).catch(() => {}));
  } catch (error) {
    await files.remove(key).catch(() => {});
    throw error;
  }
}

function shownAs(blob: Blob, after: () => void): ShownFile {
  const url = URL.createObjectURL(blob);
  return {
    state: 'shown',
    url,
    end() {
      URL.revokeObjectURL(url);
      after();
    },
  };
}

async function* countShare(pieces: AsyncIterable<Uint8Array>, size: number, onShare: (share: number) => void) {
  let done = 0;
  let told = 0;
  for await (const piece of pieces) {
    done += piece.length;
    // A step that can be seen.
    if (done - told > size / 50) onShare((told = done) / size);
    yield piece;
  }
}
