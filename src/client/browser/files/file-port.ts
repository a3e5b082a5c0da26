import { startDeadline } from './deadline.ts';

/** How long the file port has to answer before the page's own port is taken. */
const PROBE_TIME = 2_500;

/** Where a page sends files. */
export interface FilePort {
  /** An origin: of the relay's file port where this browser trusts its certificate, else the page's own. @param port as the ticket names it, 0 for none */
  find(port: number, signal: AbortSignal): Promise<string>;
  /** It did not answer any more: it is tried anew before it is used again. */
  forget(origin: string): void;
}

/**
 * A certificate that was accepted by hand holds for the page's port alone. Whether the file port can be used is therefore asked of it
 * once; a page cannot tell a certificate that is refused from a firewall, and need not.
 */
export function createFilePort(page: string): FilePort {
  const answersByOrigin = new Map<string, Promise<boolean>>();
  return {
    async find(port, signal) {
      const { protocol, hostname } = new URL(page);
      if (port === 0 || protocol !== 'https:') return page;
      const origin = `https://${hostname}:${port}`;
      const answer = answersByOrigin.get(origin) ?? probe(origin, signal);
      answersByOrigin.set(origin, answer);
      return (await answer) ? origin : page;
    },
    forget: (origin) => void answersByOrigin.delete(origin),
  };
}

/** Whatever the answer is: a page gets to see it only where both the certificate and the page's origin were accepted. */
async function probe(origin: string, signal: AbortSignal): Promise<boolean> {
  const deadline = startDeadline(signal, PROBE_TIME);
  try {
    await fetch(`${origin}/files/`, { method: 'OPTIONS', cache: 'no-store', credentials: 'omit', signal: deadline.signal });
    return true;
  } catch {
    return false;
  } finally {
    deadline.end();
  }
}
