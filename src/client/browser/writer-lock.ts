import { CodedError } from '../../protocol/index.ts';

/** Names the database and the lock of the one device that a page has. */
export const DEFAULT_DEVICE = 'corrillo';

/** Two writers with one MLS state would use a key twice: only the tab that holds this lock may open the store. */
export interface WriterLock {
  release(): void;
}

/** A reload finds the lock still held by the page that is just going away. */
const PATIENCE = 1_500;

/**
 * @param patient waits as long as it takes; those who wait come in the order in which they asked
 * @throws CodedError `in_use` when another tab holds it and does not let go
 */
export async function acquireWriterLock(name: string = DEFAULT_DEVICE, patient = false): Promise<WriterLock> {
  if (globalThis.navigator?.locks) return byWebLocks(name, patient ? {} : { signal: AbortSignal.timeout(PATIENCE) });
  return byBroadcast(name);
}

function byWebLocks(name: string, options: LockOptions): Promise<WriterLock> {
  return new Promise((resolve, reject) => {
    const held = () => new Promise<void>((release) => resolve({ release }));
    navigator.locks.request(name, options, held).catch((error: unknown) => reject(new CodedError('in_use', { because: String(error) })));
  });
}

const HAND_OVER = `${DEFAULT_DEVICE} hand-over`;

/** Asks the tab that holds the device to let go of it: whoever waits for the lock gets it then. */
export function askForDevice(): void {
  const channel = new BroadcastChannel(HAND_OVER);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target: it never leaves the origin
  channel.postMessage('please');
  channel.close();
}

/** Another tab asks for the device that this one holds. */
export function onAskedForDevice(asked: () => void): void {
  new BroadcastChannel(HAND_OVER).addEventListener('message', asked);
}

/** How long a holder has to answer. It shares a process or a machine with the asker. */
const ANSWER_TIME = 300;

/**
 * For browsers without Web Locks: ask on a channel, and give way to whoever answers. Of two that ask at once the lower
 * number goes first. A frozen tab does not answer; that is why this is the second choice.
 */
function byBroadcast(name: string): Promise<WriterLock> {
  const channel = new BroadcastChannel(name);
  const own = crypto.getRandomValues(new Uint32Array(1))[0] as number;
  let holding = false;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      holding = true;
      resolve({ release: () => channel.close() });
    }, ANSWER_TIME);
    const say = (message: { asks?: number; taken?: number }) => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target: it never leaves the origin
      channel.postMessage(message);
    };
    channel.addEventListener('message', ({ data }: MessageEvent<{ asks?: number; taken?: number }>) => {
      if (data.asks !== undefined && (holding || own < data.asks)) say({ taken: data.asks });
      if (data.taken !== own || holding) return;
      clearTimeout(timer);
      channel.close();
      reject(new CodedError('in_use'));
    });
    say({ asks: own });
  });
}
