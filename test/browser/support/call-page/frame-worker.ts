import '../../../../src/client/browser/calls/frames/frame-worker.ts';
