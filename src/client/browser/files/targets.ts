import { CodedError } from '../../../protocol/index.ts';
import type { FolderEntry } from '../../api.ts';
import { safeFileName } from '../../files/names.ts';
import type { FileSink } from '../../files/ports.ts';
import { downloadFile } from './downloads.ts';
import { createFolderSink } from './folder-sink.ts';
import { createHandleSink } from './handle-sink.ts';
import { createMemorySink } from './memory-sink.ts';
import type { StoredFiles } from './places.ts';
import { createStorageSink } from './storage-sink.ts';
import { createZipSink } from './zip-sink.ts';

/** What is to be saved. */
export interface Wanted {
  readonly name: string;
  readonly size: number;
  /** What a folder holds, asked for when the place has been chosen; null for a file. */
  readonly entries: (() => Promise<readonly FolderEntry[]>) | null;
}

/** What this browser has beside its pickers. */
export interface TargetPorts {
  /** Undefined where it has none. */
  readonly storage: StoredFiles | undefined;
  /** What writes a download as it comes, through a service worker; undefined where none can run. */
  stream(): Promise<((name: string, size: number | null) => FileSink) | undefined>;
}

/** Bytes of a file that a browser without any of it may hold to save it. */
const MOST_IN_MEMORY = 64 * 1024 * 1024;

interface Pickers {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
  showDirectoryPicker?(options: { mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
}

/**
 * Where a file or folder is to go: a place that the person chooses, else the private storage and from there a download, else a download
 * that is written as it comes. Has to be called while the browser still counts the click. @returns null where the person chose nothing
 */
export async function chooseTarget(wanted: Wanted, ports: TargetPorts): Promise<FileSink | null> {
  const name = safeFileName(wanted.name);
  const { showSaveFilePicker, showDirectoryPicker } = globalThis as unknown as Pickers;
  try {
    if (wanted.entries && showDirectoryPicker) {
      const parent = await showDirectoryPicker.call(globalThis, { mode: 'readwrite' });
      return createFolderSink(parent, name, await wanted.entries());
    }
    if (!wanted.entries && showSaveFilePicker) return createHandleSink(await showSaveFilePicker.call(globalThis, { suggestedName: name }));
  } catch (error) {
    const { name: kind } = error as DOMException;
    if (kind === 'AbortError') return null;
    // Some refuse their pickers in frames or by policy: the other ways are left.
    if (kind !== 'SecurityError' && kind !== 'NotAllowedError') throw error;
  }
  if (!wanted.entries) return targetWithoutPicker(name, wanted.size, ports);
  const entries = await wanted.entries();
  return createZipSink(await targetWithoutPicker(`${name}.zip`, wanted.size, ports, true), name, entries);
}

async function targetWithoutPicker(name: string, size: number, { storage, stream }: TargetPorts, zip = false): Promise<FileSink> {
  if (storage && (await hasSpace(size))) {
    const key = `${Date.now().toString(36)}-${crypto.randomUUID()}`;
    return createStorageSink(storage.files, key, name, storage.give(key));
  }
  const streamed = await stream();
  if (streamed) return streamed(name, zip ? null : size);
  if (size <= MOST_IN_MEMORY) return createMemorySink(name, downloadFile);
  throw new CodedError(storage ? 'target_full' : 'target_missing');
}

async function hasSpace(size: number): Promise<boolean> {
  const { quota, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota === undefined || quota - usage > size;
}
