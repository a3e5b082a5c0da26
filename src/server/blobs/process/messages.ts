import type { PortWish } from '../../children/supervisor.ts';
import type { TlsMaterial } from '../../listeners/native.ts';
import type { Quotas } from '../accounts.ts';
import type { FileLimits } from '../file-limits.ts';
import type { Revocation } from '../tickets.ts';

/** What the relay tells its file process, over a channel that nobody else can open: keys do not stand in argv or the environment. */
export type ToFileProcess =
  | { readonly kind: 'start'; readonly start: FileProcessStart }
  /** Certificates are other ones. */
  | { readonly kind: 'renew'; readonly tls: TlsMaterial }
  /** A device is in a room no more. */
  | { readonly kind: 'revoke'; readonly revocation: Revocation }
  | { readonly kind: 'stop' };

export interface FileProcessStart {
  /** Folder of the blobs, for this process alone. */
  readonly folder: string;
  /** Where it listens for the relay's web port: path of a Unix socket or a named pipe. */
  readonly door: string;
  readonly port: PortWish;
  readonly tls: TlsMaterial;
  readonly ticketKey: Uint8Array;
  readonly revoked: readonly Revocation[];
  /** Names under which this machine is reached, beside those it knows of itself. */
  readonly names: readonly string[];
  /** What nobody said is a share of the disk. */
  readonly quotas: { readonly [K in keyof Quotas]?: number | undefined };
  /** How long blobs are kept, ms; null: for ever. */
  readonly keep: number | null;
  readonly limits: Partial<FileLimits>;
}
