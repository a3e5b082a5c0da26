import { CodedError } from '../../protocol/index.ts';
import type { FileSink } from '../../client/index.ts';
import type { StreamHost } from './stream-host.ts';

/** ms for which a browser may ask its person where to put a download. */
const PATIENCE = 10 * 60_000;

/**
 * A download of the browser that is written as it comes, through the service worker. What is wrong with the whole is known at its end alone:
 * the download breaks off then, which browsers show as failed.
 */
export function createStreamSink(host: StreamHost, name: string, size: number | null): FileSink {
  let taken: ((piece: Uint8Array | undefined) => void) | undefined;
  let broken: ((error: Error) => void) | undefined;
  let asked = () => {};
  let gone = false;
  const frame = document.createElement('iframe');

  const offered = host.offer(() => ({
    head: {
      status: 200,
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escapeLetter)}`,
        ...(size === null ? {} : { 'Content-Length': String(size) }),
      },
    },
    next: () =>
      new Promise<Uint8Array | undefined>((resolve, reject) => {
        [taken, broken] = [resolve, reject];
        asked();
      }),
    cancel() {
      gone = true;
      asked();
    },
  }));

  /** Until the browser wants more. */
  async function untilAsked(): Promise<void> {
    if (taken || gone) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new CodedError('timeout')), PATIENCE);
      asked = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function give(piece: Uint8Array | undefined): Promise<void> {
    await untilAsked();
    if (gone) throw new CodedError('target_gone');
    const to = taken;
    taken = undefined;
    to?.(piece);
  }

  function end(): void {
    offered.end();
    frame.remove();
  }

  return {
    place: null,
    seekable: false,
    async begin(offset) {
      if (offset > 0) throw new CodedError('target_gone');
      frame.hidden = true;
      frame.src = offered.url;
      document.body.append(frame);
    },
    write: (bytes) => give(bytes),
    sync: async () => {},
    async finish() {
      await give(undefined);
      end();
      return name;
    },
    async abandon() {
      broken?.(new Error('abandoned'));
      end();
    },
    close: async () => {},
  };
}

const escapeLetter = (letter: string): string => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
