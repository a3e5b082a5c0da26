export { prepareDownloads } from './downloads-folder.ts';
export { createFileSink } from './file-sink.ts';
export { openSource } from './file-source.ts';
export { createFolderSink } from './folder-sink.ts';
export { targetOf } from './places.ts';
export { createPipeSink } from './pipe-sink.ts';
export { createPipeSource } from './pipe-source.ts';
