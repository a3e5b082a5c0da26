import { CodedError } from '../../../protocol/index.ts';
import type { FileSource } from '../../files/ports.ts';
import { givingBack } from './read-memory.ts';

/** A file that somebody chose, dropped or pasted. A page cannot open it again after a reload: it is asked for anew. */
export function createFileSource(file: File, name: string = file.name): FileSource {
  return {
    place: null,
    name,
    type: file.type,
    size: file.size,
    folder: null,
    stamp: stampOf(file),
    read: givingBack((offset, length, signal) => readSlice(file, offset, Math.min(offset + length, file.size), signal)),
    check: () => checkFile(file),
    close: async () => {},
  };
}

/** The name too: another file of the same size and time is another file. */
export function stampOf(file: File): string {
  return `${file.size} ${file.lastModified} ${file.name}`;
}

/** Bytes of a file, of which the browser reads no more than these. */
export async function readSlice(file: File, from: number, to: number, signal: AbortSignal): Promise<Uint8Array> {
  if (signal.aborted) throw new CodedError('cut');
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch (error) {
    throw reasonOf(error);
  }
  if (signal.aborted) throw new CodedError('cut');
  if (bytes.length !== to - from) throw new CodedError('source_changed');
  return bytes;
}

/** Browsers compare size and time with those of when it was chosen as soon as something is read. */
export async function checkFile(file: File): Promise<void> {
  if (file.size > 0) await readSlice(file, 0, 1, new AbortController().signal);
}

function reasonOf(error: unknown): CodedError {
  const { name, message } = error as DOMException;
  if (name === 'NotFoundError') return new CodedError('source_gone', { because: message });
  if (name === 'NotReadableError') return new CodedError('source_changed', { because: message });
  return new CodedError('source_unreadable', { because: message });
}
