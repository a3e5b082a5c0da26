import { CodedError, fromHex, parseLinkFragment, toBase64Url, toHex } from '../protocol/index.ts';

/** Where a link leads and what it carries. Founder links open a relay's first room, room links an existing one. */
export type Invite = {
  readonly host: string;
  readonly webPort: number;
  readonly chatPort: number;
  /** First 16 bytes of the SHA-256 of the relay's SubjectPublicKeyInfo. */
  readonly relayKey: Uint8Array;
} &
  /** `open`: the host wants the room to be open to the network. */
  (
    | { readonly kind: 'founder'; readonly token: Uint8Array; readonly open: boolean }
    | { readonly kind: 'room'; readonly room: string; readonly secret: Uint8Array }
  );

/** @throws CodedError `bad_invite` */
export function parseInvite(text: string): Invite {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new CodedError('bad_invite');
  }
  const fragment = parseLinkFragment(url.hash.slice(1));
  if (!fragment || !/^https?:$/.test(url.protocol)) throw new CodedError('bad_invite');
  const common = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    webPort: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    chatPort: fragment.chatPort,
    relayKey: fragment.relayKey,
  };
  if (url.pathname === '/f') return { ...common, kind: 'founder', token: fragment.secret, open: fragment.open };
  if (fragment.open) throw new CodedError('bad_invite');
  const room = /^\/j\/([0-9a-f]{32})$/.exec(url.pathname)?.[1];
  if (!room || !fromHex(room)) throw new CodedError('bad_invite');
  return { ...common, kind: 'room', room, secret: fragment.secret };
}

/** The link of a room, to be shown as text and as QR. `address` is what others reach the relay by: an IP or a name. */
export function formatInvite(invite: {
  address: string;
  webPort: number;
  chatPort: number;
  relayKey: Uint8Array;
  room: string;
  secret: Uint8Array;
}): string {
  const host = invite.address.includes(':') ? `[${invite.address}]` : invite.address;
  const key = toBase64Url(invite.relayKey.subarray(0, 16));
  return `https://${host}:${invite.webPort}/j/${invite.room}#v1.${toBase64Url(invite.secret)}.${key}.${invite.chatPort}`;
}

export function sameRelay(key: Uint8Array, prefix: Uint8Array): boolean {
  return toHex(key.subarray(0, prefix.length)) === toHex(prefix);
}
