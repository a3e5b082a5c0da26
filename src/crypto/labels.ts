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
  /** HKDF info: what the HPKE key pair that knocks are sealed to is derived from (RFC 9180 section 7.1.3). */
  linkKnock: 'corrillo v1 knock key',
  /** HPKE info, RFC 9180 section 5.1: what somebody who has only the address says to the room. */
  knockInfo: 'corrillo v1 knock',
  /** MLS exporter, RFC 9420 section 8.5: AES-256-GCM key of what members tell one another without a message; also its associated data. */
  epochBox: 'corrillo v1 epoch box',
  /** Salt of PBKDF2, RFC 8018 section 5.2: the words of a device. */
  deviceWords: 'corrillo v1 device words',
  /** HKDF-Expand info, C2SP FLOE: these three are the specification's own, and stand behind its parameters and the file's IV. */
  floeHeaderTag: 'HEADER_TAG:',
  floeMessageKey: 'MESSAGE_KEY:',
  /** Before the number of the first segment under that key. */
  floeDataKey: 'DEK:',
  /** MLS exporter, RFC 9605 section 5.2: what the keys of an epoch's calls are derived from. */
  frameBase: 'SFrame 1.0 Base Key',
  /** HKDF-Expand info, RFC 9605 section 4.4.2: these two stand before the key id and the number of the suite. */
  frameKey: 'SFrame 1.0 Secret key ',
  frameSalt: 'SFrame 1.0 Secret salt ',
  /** Associated data of `sealInfo`: what is sealed there opens nowhere else. */
  infoData: 'corrillo v1 info',
  /** Associated data of the vault, before the value's name. */
  vaultData: 'corrillo v1 vault',
} as const;
