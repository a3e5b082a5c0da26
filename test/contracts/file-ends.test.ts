import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nodePlaces } from '../../src/client/node/files/places.ts';
import { createFileSink, openSource } from '../../src/client/node/index.ts';
import { temporaryFolder } from '../client/node-files/support.ts';
import { createBrowserPlaces } from '../../src/client/browser/files/places.ts';
import { createExport, wasGiven } from '../../src/client/browser/files/downloads.ts';
import { createStorageSink } from '../../src/client/browser/files/storage-sink.ts';
import { createMemoryStorage } from '../web/support/memory-storage.ts';
import { createMemoryPlaces } from '../support/memory-places.ts';
import { fileSinkContract, fileSourceContract } from './file-ends.ts';

fileSourceContract('memory', async () => {
  const places = createMemoryPlaces();
  return {
    put: async (name, bytes) => void places.files.set(name, bytes),
    open: async (name) => places.source(name),
    again: places.openSource,
  };
});

fileSourceContract('a file on disk', async () => {
  const folder = temporaryFolder();
  return {
    put: async (name, bytes) => writeFileSync(join(folder, name), bytes),
    open: (name) => openSource(join(folder, name)),
    again: nodePlaces.openSource,
  };
});

fileSinkContract('memory', async () => {
  const places = createMemoryPlaces();
  return {
    open: async (name) => places.sink(name),
    again: places.openSink,
    read: async (path) => places.files.get(path),
    count: async () => places.files.size + places.partial.size,
  };
});

fileSinkContract('a file on disk', async () => {
  const folder = temporaryFolder();
  return {
    open: async (name, size) => createFileSink(join(folder, name), size),
    again: nodePlaces.openSink,
    read: async (path) => (existsSync(path) && basename(path) !== '' ? new Uint8Array(readFileSync(path)) : undefined),
    count: async () => readdirSync(folder).length,
  };
});

fileSinkContract('the private storage of a page', async () => {
  const files = createMemoryStorage();
  const memory = new Map<string, string>();
  const kept = { getItem: (key: string) => memory.get(key) ?? null, setItem: (key: string, value: string) => void memory.set(key, value) };
  // A browser's downloads, which number names by themselves.
  const downloads: File[] = [];
  const give = createExport(files, kept, (file) => void downloads.push(file));
  const stored = { files, give, given: (key: string) => wasGiven(kept, key) };
  let sinks = 0;
  return {
    open: async (name) => {
      const key = `key-${sinks++}`;
      const sink = createStorageSink(files, key, name, give(key));
      return { ...sink, finish: () => sink.finish().then(() => String(downloads.length - 1)) };
    },
    again: async (place) => {
      const sink = await createBrowserPlaces(stored).openSink(place);
      return sink && { ...sink, finish: () => sink.finish().then(() => String(downloads.length - 1)) };
    },
    read: async (path) => downloads[Number(path)]?.arrayBuffer().then((bytes) => new Uint8Array(bytes)),
    count: async () => (await files.list()).length,
  };
});
