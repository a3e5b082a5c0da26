import { askForDevice, type Carrier, onAskedForDevice, openBrowserClient } from '../client/browser/index.ts';
import { CodedError } from '../protocol/index.ts';
import { startPage } from './start.tsx';

// With its fragment, which startPage takes out: where the address is not protected it has to be carried over to the one that is.
const here = location.href;

let carrier: Carrier | null = null;

startPage({
  async open(options) {
    // Browsers keep their cryptography for protected addresses; the relay answers both kinds on the same port.
    if (!isSecureContext) throw new CodedError('no_secure_context', { url: here.replace(/^http:/, 'https:') });
    return openBrowserClient({ ...options, onCarrier: (now) => void (carrier = now) });
  },
  askForDevice,
  onAskedForDevice,
  carrier: () => carrier,
});
