import type { StoredFiles } from '../../client/browser/index.ts';
import type { TargetPorts } from '../../client/browser/files/index.ts';
import type { StreamHost } from '../stream/stream-host.ts';

/** What of this browser files can be kept in and streamed by; each is looked for when it is needed first. */
export interface FileWays {
  /** Undefined where no service worker runs. */
  stream(): Promise<StreamHost | undefined>;
  stored(): Promise<StoredFiles | undefined>;
  targets(): Promise<TargetPorts>;
}

export function createFileWays(stored: () => Promise<StoredFiles | undefined>): FileWays {
  let host: Promise<StreamHost | undefined> | undefined;
  const stream = () => (host ??= import('../stream/stream-host.ts').then(({ startStreamHost }) => startStreamHost()));
  return {
    stream,
    stored,
    async targets() {
      return {
        storage: await stored(),
        async stream() {
          const [found, { createStreamSink }] = await Promise.all([stream(), import('../stream/stream-sink.ts')]);
          return found && ((name, size) => createStreamSink(found, name, size));
        },
      };
    },
  };
}
