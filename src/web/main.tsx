import {
  askForDevice,
  type Carrier,
  createBrowserCalls,
  onAskedForDevice,
  openBrowserClient,
  openStoredFiles,
  type StoredFiles,
} from '../client/browser/index.ts';
import { CodedError } from '../protocol/index.ts';
import { startPage } from './start.tsx';

// With its fragment, which startPage takes out: where the address is not protected it has to be carried over to the one that is.
const here = location.href;

let carrier: Carrier | null = null;
let stored: Promise<StoredFiles | undefined> | undefined;
/** One for all: a file that is being written is open once. */
const openStored = () =>
  (stored ??= openStoredFiles(() => new Worker(new URL('./files/storage-worker.ts', import.meta.url), { type: 'module' })));

/** What is behind it is fetched with the first call. */
const calls = createBrowserCalls(() => new Worker(new URL('./calls/frame-worker.ts', import.meta.url), { type: 'module' }));

startPage({
  async open(options) {
    // Browsers keep their cryptography for protected addresses; the relay answers both kinds on the same port.
    if (!isSecureContext) throw new CodedError('no_secure_context', { url: here.replace(/^http:/, 'https:') });
    return openBrowserClient({ ...options, storedFiles: await openStored(), calls: calls.media, onCarrier: (now) => void (carrier = now) });
  },
  askForDevice,
  onAskedForDevice,
  carrier: () => carrier,
  stored: openStored,
  calls: async () => calls,
});
