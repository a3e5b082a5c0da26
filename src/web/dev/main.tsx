import { CodedError } from '../../protocol/index.ts';
import { startPage } from '../start.tsx';
import { createFakeClient, type FakeClient, type FakeOptions } from './fake-client.ts';

declare global {
  interface Window {
    /** What a test may put there before the page starts. */
    fakeOptions?: FakeOptions & { readonly stopped?: string };
    fake?: FakeClient;
    /** The other window lets go of the device. */
    freeDevice?: () => void;
    /** Another window asks for it. */
    askForDevice?: () => void;
  }
}

const { stopped, ...options } = window.fakeOptions ?? { inside: false };

startPage({
  async open({ patient }) {
    if (stopped !== undefined && !patient) throw new CodedError(stopped, { url: 'https://192.168.1.20:5000/' });
    if (patient) await new Promise<void>((resolve) => (window.freeDevice = resolve));
    window.fake = createFakeClient(options);
    return window.fake;
  },
  askForDevice: () => window.freeDevice?.(),
  onAskedForDevice: (asked) => void (window.askForDevice = asked),
  carrier: () => 'polling',
  stored: async () => undefined,
  async calls() {
    if (!window.fake) throw new CodedError('calls_unsupported', { because: 'fake' });
    return window.fake.media;
  },
});
