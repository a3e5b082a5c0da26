import { PORTS } from '../protocol/index.ts';
import { type FilesConfig, KEEP_FILES } from './blobs/config.ts';
import { type FileProcess, startFileProcess } from './blobs/process/supervisor.ts';
import type { Bearer } from './blobs/tickets.ts';
import { systemClock } from './clock.ts';
import type { ConsoleLog } from './console-log.ts';
import { BLOB_FOLDER, type DataFolder } from './data-folder.ts';
import { findSocketPath } from './folder-lock.ts';
import type { TlsMaterial } from './listeners/native.ts';
import { createFilesProxy, type FilesProxy } from './listeners/web/files-proxy.ts';
import type { ServerEvents } from './server-events.ts';

/** Files, as the relay has them: a way in at the web port, and a process that does the work. */
export interface Files {
  readonly proxy: FilesProxy;
  /** Process id of that process, while there is one. */
  readonly pid: () => number | undefined;
  /**
   * Resolves when its port is open.
   * Rejects with CodedError `port_busy`, `port_not_allowed` {port}, `data_in_use`, `data_not_writable`, `data_damaged`, `storage_failed`, `files_failed`.
   */
  start(tls: TlsMaterial): Promise<{ readonly port: number; readonly moved: boolean }>;
  renew(tls: TlsMaterial): void;
  /** This device is in the room no more. */
  revoke(bearer: Bearer): void;
  stop(): Promise<void>;
}

export interface FilesOptions {
  readonly config: FilesConfig;
  readonly ticketKey: Uint8Array;
  /** As of `ServerConfig.ports`. */
  readonly port: number | undefined;
  readonly names: readonly string[];
}

export async function prepareFiles(folder: DataFolder, options: FilesOptions, events: ServerEvents, log: ConsoleLog): Promise<Files> {
  const blobs = await folder.privateFolder(BLOB_FOLDER);
  const door = await findSocketPath(blobs, 'door');
  let running: FileProcess | undefined;
  return {
    proxy: createFilesProxy(door),
    pid: () => running?.pid,
    async start(tls) {
      const { keep = KEEP_FILES, maxRoom, maxDevice, reserve, limits = {} } = options.config;
      const { ticketKey, names } = options;
      const port = { requested: options.port, preferred: PORTS.files };
      const quotas = { room: maxRoom, device: maxDevice, reserve };
      running = await startFileProcess({ folder: blobs, door, port, tls, ticketKey, names, quotas, keep, limits }, systemClock, {
        onDeath: (ms) => events.emit({ event: 'warning', code: 'files_stopped', detail: { seconds: Math.ceil(ms / 1_000) } }),
        onBack: () => log('  file process started again'),
        onLog: log,
      });
      return running;
    },
    renew: (tls) => running?.renew(tls),
    revoke: (bearer) => running?.revoke(bearer),
    stop: async () => running?.stop(),
  };
}
