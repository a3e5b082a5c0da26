import type { Group } from './contract.ts';
import { LABELS } from './labels.ts';
import { exportSecret } from './mls/found.ts';
import { SFRAME } from './sframe-keys.ts';

/** What the keys of an epoch's frames are derived from: by the exporter, without a context (RFC 9605 section 5.2). */
export function deriveFrameBase(group: Group): Promise<Uint8Array> {
  return exportSecret(group, LABELS.frameBase, new Uint8Array(), SFRAME.key);
}
