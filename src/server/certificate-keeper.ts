import type { Clock } from './clock.ts';
import type { TlsIdentity } from './tls-identity.ts';

/** The relay's certificates, renewed while it runs. */
export interface CertificateKeeper {
  readonly identity: TlsIdentity;
  /** To be called when addresses or names have changed. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

export interface KeeperEvents {
  /** Certificates are other ones than before. */
  onRenewed(identity: TlsIdentity): void;
  /** Browsers will warn at this address, which is new. */
  onOutside(address: string): void;
  /** The old ones stay in use. */
  onFault(error: unknown): void;
}

/** They are renewed weeks before they expire: a look now and then is enough, also on a machine that slept. */
const EVERY = 6 * 3_600_000;

/** @param load loads the identity, renewing what has to be: the same as at start */
export function keepCertificates(
  first: TlsIdentity,
  load: () => Promise<TlsIdentity>,
  clock: Clock,
  events: KeeperEvents,
): CertificateKeeper {
  let identity = first;
  let work = Promise.resolve();
  let cancel = () => {};
  let closed = false;

  async function renew(): Promise<void> {
    if (closed) return;
    cancel();
    cancel = clock.after(EVERY, () => void enqueue());
    try {
      const before = identity;
      identity = await load();
      for (const address of identity.outside) if (!before.outside.includes(address)) events.onOutside(address);
      if (identity.chain !== before.chain || identity.chatChain !== before.chatChain) events.onRenewed(identity);
    } catch (error) {
      events.onFault(error);
    }
  }

  const enqueue = (): Promise<void> => (work = work.then(renew));
  cancel = clock.after(EVERY, () => void enqueue());
  return {
    get identity() {
      return identity;
    },
    renew: enqueue,
    // What is being written to the folder is finished before somebody else may have it.
    close() {
      closed = true;
      cancel();
      return work;
    },
  };
}
