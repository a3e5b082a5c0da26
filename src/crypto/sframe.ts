import { asSource, concatBytes } from './bytes.ts';
import { createReplayWindow, type ReplayWindow } from './replay-window.ts';
import { decodeFrameHeader, encodeFrameHeader } from './sframe-header.ts';
import { deriveFrameKey, EPOCHS_TOLD_APART, frameKeyId, type FrameKeyName, frameNonce, readFrameKeyId, SFRAME } from './sframe-keys.ts';

/** Seals the encoded frames of one stream of one sender in one epoch (SFrame, RFC 9605). */
export interface FrameSealer {
  /** Frames sealed so far: by it a sender sees that nothing goes out in the clear. */
  readonly sealed: number;
  /**
   * @param kind what the frame is of, bound to it: no relay makes a picture out of a voice
   * @returns header, ciphertext, tag. Rejects with RangeError where so many frames were sealed that a key has done its work
   */
  seal(frame: Uint8Array, kind: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}

/** Why a frame was not opened; the frame is dropped, whatever it was. */
export type FrameRefusal = 'malformed' | 'unknown_key' | 'not_authentic' | 'replayed';

export type OpenedFrame =
  | {
      readonly frame: Uint8Array<ArrayBuffer>;
      readonly leaf: number;
      readonly context: bigint;
      readonly counter: bigint;
      readonly refused?: never;
    }
  | { readonly refused: FrameRefusal };

/** Opens frames of all members of a group, of the epochs that it was given. */
export interface FrameOpener {
  /** An epoch's frames can be opened from now on; one whose number ends in the same bits, no longer. */
  addEpoch(epoch: bigint, baseKey: Uint8Array): void;
  /** What was sealed in this epoch is opened no longer. */
  dropEpoch(epoch: bigint): void;
  open(sealed: Uint8Array, kind: Uint8Array): Promise<OpenedFrame>;
}

/** Frames under one key: two years of sixty a second, and far from what AES-GCM bears. */
const MOST_FRAMES = 2 ** 32;
/** Frames that may come after a later one. */
const REORDERED = 1024;
/** Keys that are kept derived: one a stream; whoever makes up key ids makes us derive, not remember. */
const MOST_KEYS = 256;

export function createFrameSealer(baseKey: Uint8Array, name: FrameKeyName): FrameSealer {
  const keyId = frameKeyId(name);
  const { key, salt } = deriveFrameKey(baseKey, keyId);
  const imported = importKey(key, 'encrypt');
  let next = 0;
  return {
    get sealed() {
      return next;
    },
    async seal(frame, kind) {
      if (next >= MOST_FRAMES) throw new RangeError('no more frames under this key');
      // Taken before anything is waited for: two frames at once have two counters.
      const counter = BigInt(next++);
      const header = encodeFrameHeader({ keyId, counter });
      const params = gcm(frameNonce(salt, counter), header, kind);
      const sealed = await crypto.subtle.encrypt(params, await imported, asSource(frame));
      return concatBytes(header, new Uint8Array(sealed));
    },
  };
}

interface Epoch {
  readonly number: bigint;
  readonly baseKey: Uint8Array;
  readonly keys: Map<bigint, OpeningKey>;
}

interface OpeningKey {
  readonly key: Promise<CryptoKey>;
  readonly salt: Uint8Array;
  readonly seen: ReplayWindow;
  /** Something authentic came under it: only such keys have a window worth keeping. */
  proven: boolean;
}

export function createFrameOpener(): FrameOpener {
  const epochs = new Map<number, Epoch>();
  const bitsOf = (epoch: bigint) => Number(epoch % EPOCHS_TOLD_APART);

  function keyFor({ baseKey, keys }: Epoch, keyId: bigint): OpeningKey {
    const known = keys.get(keyId);
    if (known) return known;
    const { key, salt } = deriveFrameKey(baseKey, keyId);
    const made = { key: importKey(key, 'decrypt'), salt, seen: createReplayWindow(REORDERED), proven: false };
    if (keys.size >= MOST_KEYS) for (const [old, { proven }] of keys) if (!proven) keys.delete(old);
    keys.set(keyId, made);
    return made;
  }

  return {
    addEpoch(number, baseKey) {
      const known = epochs.get(bitsOf(number));
      // What was seen under a key stays seen.
      if (known?.number !== number) epochs.set(bitsOf(number), { number, baseKey, keys: new Map() });
    },
    dropEpoch(number) {
      if (epochs.get(bitsOf(number))?.number === number) epochs.delete(bitsOf(number));
    },
    async open(sealed, kind) {
      const header = decodeFrameHeader(sealed);
      if (!header || sealed.length < header.length + SFRAME.tag) return { refused: 'malformed' };
      const { leaf, context, epochBits } = readFrameKeyId(header.keyId);
      const epoch = epochs.get(epochBits);
      if (!epoch) return { refused: 'unknown_key' };
      const opening = keyFor(epoch, header.keyId);
      if (opening.seen.has(header.counter)) return { refused: 'replayed' };
      const params = gcm(frameNonce(opening.salt, header.counter), sealed.subarray(0, header.length), kind);
      try {
        const plain = await crypto.subtle.decrypt(params, await opening.key, asSource(sealed.subarray(header.length)));
        // The same frame twice at once: the second is the replay.
        if (opening.seen.has(header.counter)) return { refused: 'replayed' };
        opening.seen.add(header.counter);
        opening.proven = true;
        return { frame: new Uint8Array(plain), leaf, context, counter: header.counter };
      } catch {
        return { refused: 'not_authentic' };
      }
    },
  };
}

const importKey = (key: Uint8Array, use: 'encrypt' | 'decrypt') => crypto.subtle.importKey('raw', asSource(key), 'AES-GCM', false, [use]);

/** The additional data is the header, then what the application binds to the frame: `metadata`. */
const gcm = (nonce: Uint8Array, header: Uint8Array, kind: Uint8Array) => ({
  name: 'AES-GCM',
  iv: asSource(nonce),
  additionalData: concatBytes(header, kind),
  tagLength: SFRAME.tag * 8,
});
