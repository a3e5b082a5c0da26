// A worker is built from a file of the page's own.
import '../../client/browser/calls/frames/frame-worker.ts';
