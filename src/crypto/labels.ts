/**
 * Every label that derives a key in this module. One label has one purpose: two purposes under one label would be one
 * key twice. A label never changes its meaning; a new one is added.
 */
export const LABELS = {
  /** HKDF info, RFC 5869 section 2.3: PSK that an external commit must carry (RFC 9420 section 8.4). */
  linkPsk: 'corrillo v1 link psk',
  /** HKDF info: that PSK's id, which the relay sees in the commit. */
  linkPskId: 'corrillo v1 link psk id',
  /** HKDF info: what a stranger shows to the relay to be let as far as the door. */
  linkDoor: 'corrillo v1 link door token',
  /** HKDF info: AES-256-GCM key of the GroupInfo that waits at the relay. */
  linkInfo: 'corrillo v1 link group info',
  /** HKDF info: AES-256-GCM key of the name in a newcomer's commit. */
  linkGreeting: 'corrillo v1 link greeting',
  /** Associated data of `sealInfo`: what is sealed there opens nowhere else. */
  infoData: 'corrillo v1 info',
  /** Associated data of the vault, before the value's name. */
  vaultData: 'corrillo v1 vault',
} as const;
