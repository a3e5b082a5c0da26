import type { StreamAnswer, StreamHead, StreamQuestion, StreamWish } from './messages.ts';

/** One request, answered piece by piece. */
export interface StreamReply {
  readonly head: StreamHead;
  /** Undefined at the end. A rejection breaks the answer off. */
  next(): Promise<Uint8Array | undefined>;
  cancel(): void;
}

/** Gives addresses to what only this page can open. */
export interface StreamHost {
  /** @param reply undefined: not again @returns the address, and what takes it back */
  offer(reply: (range: string | null) => StreamReply | undefined): { readonly url: string; end(): void };
}

/** ms for the service worker to be there. Where a certificate was accepted by hand it never is. */
const START_TIME = 5_000;
const SCRIPT = '/stream-worker.js';

/** @returns undefined where no service worker can run, or none takes care of this page */
export async function startStreamHost(): Promise<StreamHost | undefined> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container) return undefined;
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, START_TIME, undefined));
  const started = container
    .register(SCRIPT, { scope: '/' })
    .then(() => container.ready)
    .then(() => controlled(container))
    .then(() => true)
    .catch(() => undefined);
  return (await Promise.race([started, patience])) ? hostOver(container) : undefined;
}

/** The worker claims the pages that were there before it. */
function controlled(container: ServiceWorkerContainer): Promise<void> {
  if (container.controller) return Promise.resolve();
  return new Promise((resolve) => container.addEventListener('controllerchange', () => resolve(), { once: true }));
}

function hostOver(container: ServiceWorkerContainer): StreamHost {
  const offers = new Map<string, (range: string | null) => StreamReply | undefined>();
  const open = new Set<() => void>();
  container.addEventListener('message', ({ data, ports: [port] }: MessageEvent<StreamQuestion>) => {
    const offer = offers.get(data.stream);
    if (port) serve(port, offer?.(data.range), open);
  });
  container.startMessages();
  // A worker is not told that a page is gone, and a download would stand still for ever.
  addEventListener('pagehide', () => open.forEach((breakOff) => breakOff()));
  return {
    offer(reply) {
      const token = crypto.randomUUID();
      offers.set(token, reply);
      return { url: `/stream/${token}`, end: () => void offers.delete(token) };
    },
  };
}

/** @param open what breaks off each answer that is not at its end */
function serve(port: MessagePort, reply: StreamReply | undefined, open: Set<() => void>): void {
  const say = (answer: StreamAnswer, transfer: Transferable[] = []) => port.postMessage(answer, transfer);
  const breakOff = () => {
    end('broken');
    reply?.cancel();
  };
  function end(how: 'whole' | 'broken'): void {
    open.delete(breakOff);
    say({ end: how });
    port.close();
  }
  if (!reply) return end('broken');
  open.add(breakOff);
  port.addEventListener('message', ({ data }: MessageEvent<StreamWish>) => {
    if (data === 'cancel') return breakOff();
    reply.next().then(
      (piece) => {
        if (!piece) return end('whole');
        // Copied: whoever opened the bytes may use their memory again.
        const own = piece.slice();
        say({ piece: own }, [own.buffer]);
      },
      () => end('broken'),
    );
  });
  port.start();
  say({ head: reply.head });
}
