import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createOwnLevel } from '../../src/client/browser/calls/capture/own-level.ts';
import { createListeners } from '../../src/client/browser/calls/listeners.ts';

/** Contexts that were made, as browsers count them: those that are not closed keep the sound card awake. */
let made: FakeContext[] = [];
const open = () => made.filter(({ state }) => state !== 'closed').length;

class FakeContext {
  state = 'running';
  loudest = 0.5;
  constructor() {
    made.push(this);
  }
  createAnalyser() {
    return { fftSize: 0, getFloatTimeDomainData: (samples: Float32Array) => void (samples[0] = -this.loudest) };
  }
  createMediaStreamSource = () => ({ connect() {} });
  close = async () => void (this.state = 'closed');
}

function openMicrophone() {
  let track: object | null = null;
  const changed = createListeners();
  const level = createOwnLevel({ of: () => track as MediaStreamTrack | null, on: changed.on });
  const use = (now: object | null) => {
    track = now;
    changed.tell();
  };
  return { level, use };
}

beforeEach(() => {
  made = [];
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('MediaStream', vi.fn());
});
afterEach(() => vi.unstubAllGlobals());

it('opens nothing before somebody asks, and one thing however often', () => {
  const { level, use } = openMicrophone();
  expect(level.now()).toBe(0);
  use({});
  expect(made).toHaveLength(0);
  expect([level.now(), level.now()]).toEqual([0.5, 0.5]);
  expect(made).toHaveLength(1);
});

it('closes it with the microphone, though nobody asks any more', () => {
  const { level, use } = openMicrophone();
  use({});
  level.now();
  use(null);
  expect([made.length, open()]).toEqual([1, 0]);
  expect(level.now()).toBe(0);
  expect(made).toHaveLength(1);
});

it('measures the microphone that took its place', () => {
  const { level, use } = openMicrophone();
  use({});
  level.now();
  use({});
  expect(open()).toBe(0);
  expect(level.now()).toBe(0.5);
  expect([made.length, open()]).toEqual([2, 1]);
});
