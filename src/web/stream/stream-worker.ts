/**
 * The service worker. It keeps nothing and changes nothing of the page: it only answers /stream/<token>, by asking the page piece by piece for
 * what it opens, so that a video plays while it loads and a download is written as it comes.
 */
import type { StreamAnswer, StreamHead, StreamQuestion, StreamWish } from './messages.ts';

interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface WindowClient {
  postMessage(message: unknown, transfer: Transferable[]): void;
}
interface WorkerScope extends EventTarget {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void>; matchAll(options: object): Promise<readonly WindowClient[]> };
}

const scope = globalThis as unknown as WorkerScope;

/** ms for a page to say that it knows a token. */
const ANSWER_TIME = 10_000;

scope.addEventListener('install', () => void scope.skipWaiting());
scope.addEventListener('activate', (event) => (event as Event & { waitUntil(work: Promise<void>): void }).waitUntil(scope.clients.claim()));
scope.addEventListener('fetch', (event) => {
  const { request } = event as FetchEvent;
  const token = /^\/stream\/([0-9a-f-]{36})$/.exec(new URL(request.url).pathname)?.[1];
  if (token !== undefined) (event as FetchEvent).respondWith(answer({ stream: token, range: request.headers.get('Range') }));
});

async function answer(question: StreamQuestion): Promise<Response> {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const found = pages.map((page) => ask(page, question));
  const first = await Promise.any(found).catch(() => undefined);
  if (!first) return new Response(null, { status: 404 });
  const { head, port } = first;
  const headers = {
    ...head.headers,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    // Whatever it is, it is no document of this origin.
    'Content-Security-Policy': "default-src 'none'; sandbox",
  };
  return new Response(head.status === 416 ? null : bodyFrom(port), { status: head.status, headers });
}

function ask(page: WindowClient, question: StreamQuestion): Promise<{ head: StreamHead; port: MessagePort }> {
  return new Promise((resolve, reject) => {
    const { port1: port, port2 } = new MessageChannel();
    const timer = setTimeout(reject, ANSWER_TIME);
    const hear = ({ data }: MessageEvent<StreamAnswer>) => {
      clearTimeout(timer);
      if ('head' in data) resolve({ head: data.head, port });
      else reject(new Error('not here'));
    };
    port.addEventListener('message', hear, { once: true });
    port.start();
    page.postMessage(question, [port2]);
  });
}

/** A piece for each time that the browser wants one: who watches slowly loads slowly. */
function bodyFrom(port: MessagePort): ReadableStream<Uint8Array> {
  const wish = (what: StreamWish) => port.postMessage(what);
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) =>
        new Promise<void>((resolve) => {
          const hear = ({ data }: MessageEvent<StreamAnswer>) => {
            if ('piece' in data) controller.enqueue(data.piece);
            else {
              if ('end' in data && data.end === 'whole') controller.close();
              else controller.error(new Error('broken off'));
              port.close();
            }
            resolve();
          };
          port.addEventListener('message', hear, { once: true });
          wish('pull');
        }),
      cancel: () => wish('cancel'),
    },
    { highWaterMark: 0 },
  );
}
