import { fromBase64Url, toBase64Url } from './bytes.ts';
import { SIZES } from './limits.ts';

/** `https://host:port/f#v1.<token>.<relay key hash, 16 B>.<chat port>`, with `.open` at its end where the host wants an open room: opens the relay's first room, once. */
export interface FounderLink {
  readonly host: string;
  readonly webPort: number;
  readonly token: Uint8Array;
  /** First 16 bytes of the SHA-256 of the relay's SubjectPublicKeyInfo. */
  readonly relayKey: Uint8Array;
  readonly chatPort: number;
  /** The host wants the first room to be open. */
  readonly open?: boolean;
}

export function formatFounderLink(link: FounderLink): string {
  const fragment = `v1.${toBase64Url(link.token)}.${toBase64Url(link.relayKey)}.${link.chatPort}${link.open ? '.open' : ''}`;
  return `https://${link.host}:${link.webPort}/f#${fragment}`;
}

/** What the fragments of all links have in common: `v1.<secret>.<relay key>.<chat port>`. */
export interface LinkFragment {
  readonly secret: Uint8Array;
  readonly relayKey: Uint8Array;
  readonly chatPort: number;
  readonly open: boolean;
}

/** @returns undefined when the fragment (without `#`) is not one of ours. */
export function parseLinkFragment(fragment: string): LinkFragment | undefined {
  const match = /^v1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([0-9]{1,5})(\.open)?$/.exec(fragment);
  if (!match) return undefined;
  const secret = fromBase64Url(match[1] as string);
  const relayKey = fromBase64Url(match[2] as string);
  const chatPort = Number(match[3]);
  if (secret?.length !== SIZES.token || relayKey?.length !== SIZES.relayKeyInLink || chatPort < 1 || chatPort > 65_535) return undefined;
  return { secret, relayKey, chatPort, open: match[4] !== undefined };
}
