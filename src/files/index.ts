export { makeFolder } from './make-folder.ts';
export { readIfThere, writePrivately } from './private-file.ts';
