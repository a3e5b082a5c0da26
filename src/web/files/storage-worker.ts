// A worker is built from a file of the page's own.
import '../../client/browser/files/storage-worker.ts';
