import { supervise, type Supervised, type SupervisedEvents } from '../../children/supervisor.ts';
import type { Clock } from '../../clock.ts';
import type { TlsMaterial } from '../../listeners/native.ts';
import { FILE_LIMITS } from '../file-limits.ts';
import { createRevocations, type Bearer } from '../tickets.ts';
import type { FileProcessStart, ToFileProcess } from './messages.ts';

/** The file process as the relay sees it. */
export interface FileProcess extends Pick<Supervised<ToFileProcess>, 'port' | 'moved' | 'pid'> {
  renew(tls: TlsMaterial): void;
  /** The device is in this room no more. */
  revoke(bearer: Bearer): void;
  stop(): Promise<void>;
}

/** What is known when the relay starts; the rest is what has happened since. */
export type FileProcessOptions = Omit<FileProcessStart, 'revoked'>;

const KIND = {
  entry: { source: '../blobs/process/entry.ts', built: 'file-process.js', nursery: 4 },
  name: 'files',
  failure: 'files_failed',
} as const;
const BACKOFF = [100, 500, 2_000, 5_000, 15_000, 30_000] as const;

/** Rejects with the CodedError by which its first start failed. */
export async function startFileProcess(options: FileProcessOptions, clock: Clock, events: SupervisedEvents): Promise<FileProcess> {
  const revocations = createRevocations(FILE_LIMITS.ticketTime, FILE_LIMITS.revocations);
  let { tls } = options;
  const process = await supervise<ToFileProcess, never>(
    {
      kind: KIND,
      port: options.port,
      backoff: BACKOFF,
      start: (port) => ({ kind: 'start', start: { ...options, tls, port, revoked: revocations.list(clock.now()) } }),
    },
    clock,
    events,
  );
  return {
    port: process.port,
    moved: process.moved,
    get pid() {
      return process.pid;
    },
    renew(next) {
      tls = next;
      process.tell({ kind: 'renew', tls });
    },
    revoke(bearer) {
      const revocation = { ...bearer, at: clock.now() };
      revocations.add(revocation);
      process.tell({ kind: 'revoke', revocation });
    },
    stop: () => process.stop({ kind: 'stop' }),
  };
}
