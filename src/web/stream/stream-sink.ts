import { CodedError } from '../../protocol/index.ts';
import type { FileSink } from '../../client/index.ts';
import type { StreamHost } from './stream-host.ts';

/** ms for which a browser may ask its person where to put a download, or let it stand. */
const PATIENCE = 10 * 60_000;
/** ms for the browser to come for it, through the worker. More than that has to find this page. */
const COMING_TIME = 15_000;

/**
 * A download of the browser that is written as it comes, through the service worker. What is wrong with the whole is known at its end alone:
 * the download breaks off then, which browsers show as failed.
 */
export function createStreamSink(host: StreamHost, name: string, size: number | null): FileSink {
  /** What the browser waits for. */
  let wish: { resolve(piece: Uint8Array | undefined): void; reject(error: Error): void } | undefined;
  let notice = () => {};
  /** It came for it. */
  let taken = false;
  /** One of the two sides goes no further. */
  let over = false;
  const frame = document.createElement('iframe');
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escapeLetter)}`,
    ...(size === null ? {} : { 'Content-Length': String(size) }),
  };

  const offered = host.offer(() => {
    // Browsers try again what broke off: there is no beginning any more.
    if (taken) return undefined;
    taken = true;
    notice();
    return { head: { status: 200, headers }, next, cancel: stop };
  });

  function next(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      wish = { resolve, reject };
      if (over) stop();
      else notice();
    });
  }

  function stop(): void {
    over = true;
    wish?.reject(new CodedError('target_gone'));
    wish = undefined;
    notice();
  }

  /** Until the other side did something. */
  function noticed(time: number, code: 'timeout' | 'target_missing'): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new CodedError(code)), time);
      notice = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function give(piece: Uint8Array | undefined): Promise<void> {
    if (!wish && !over) await noticed(PATIENCE, 'timeout');
    if (over || !wish) throw new CodedError('target_gone');
    wish.resolve(piece);
    wish = undefined;
  }

  function end(): void {
    offered.end();
    frame.remove();
  }

  async function breakOff(): Promise<void> {
    stop();
    end();
  }

  return {
    place: null,
    seekable: false,
    async begin(offset) {
      if (offset > 0 || taken || over) throw new CodedError('target_gone');
      frame.hidden = true;
      frame.src = offered.url;
      const come = noticed(COMING_TIME, 'target_missing');
      document.body.append(frame);
      await come;
      if (over) throw new CodedError('target_gone');
    },
    write: give,
    sync: async () => {},
    async finish() {
      await give(undefined);
      end();
      return name;
    },
    interrupt: stop,
    abandon: breakOff,
    // Nothing of it is there another time.
    close: breakOff,
  };
}

const escapeLetter = (letter: string): string => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
