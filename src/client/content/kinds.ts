import * as v from 'valibot';

/**
 * What members say to each other inside a sealed message, by kind. The relay cannot import this file. A kind that a
 * client does not know is shown as "from a newer version", never dropped.
 */
const signature = v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 64);
const bytesOf = (size: number) => v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === size);
const bytesUpTo = (size: number) => v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= size);
const uint = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);
const time = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);

export const LIMITS_OF_CONTENT = {
  /** Bytes of UTF-8 in one text: what a person types or pastes in one line. */
  text: 64 * 1024,
  /** UTF-16 units of a name or title. */
  name: 64,
  title: 120,
  /** UTF-16 units of a file's name, and of its media type. */
  fileName: 255,
  fileType: 127,
  /** Bytes of a preview's picture: about 320 pixels wide. It travels in the message, so that it is there at once. */
  preview: 24 * 1024,
} as const;

export const profileSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS_OF_CONTENT.name)),
  /** The device's clock when it chose the name, ms: the newest wins. */
  version: time,
  signature,
});

export const kinds = {
  /** `action`: what `/me` writes. */
  text: v.strictObject({ text: v.pipe(v.string(), v.maxBytes(LIMITS_OF_CONTENT.text)), style: v.picklist(['plain', 'action']) }),
  /** The author's name from now on. */
  profile: profileSchema,
  /** A file or folder that waits, sealed, at the relay. See `SharedFile` in api.ts; what is only in its key's hands is here. */
  file: v.strictObject({
    blob: bytesOf(16),
    /** FLOE key, fresh for each file. */
    key: bytesOf(32),
    /** See client/files/chain.ts: what the author sealed, segment by segment. */
    hash: bytesOf(32),
    name: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS_OF_CONTENT.fileName)),
    type: v.pipe(v.string(), v.maxLength(LIMITS_OF_CONTENT.fileType)),
    /** Bytes of plaintext, in all. */
    size: uint,
    /** A folder: `index` bytes at the beginning list its files (see client/files/folder-index.ts), whose contents follow end to end. */
    folder: v.nullable(v.strictObject({ files: uint, index: uint })),
    preview: v.nullable(
      v.strictObject({
        /** Of the picture or video, in pixels; null for sound. */
        width: v.nullable(uint),
        height: v.nullable(uint),
        /** Of sound and video, ms. */
        duration: v.nullable(uint),
        /** A small picture, made by the author; null where there is none. */
        picture: v.nullable(
          v.strictObject({ type: v.picklist(['image/webp', 'image/jpeg', 'image/png']), data: bytesUpTo(LIMITS_OF_CONTENT.preview) }),
        ),
      }),
    ),
  }),
  /** The author takes a file message of its own back, by the id of its entry, for all; a mark stays. */
  delete: v.strictObject({ id: bytesOf(16) }),
  /** The author goes; with this signature (see leaving.ts) anybody may take it out. Travels in an entry of kind `leave`. */
  leave: v.strictObject({ signature }),
} as const;

export type ContentKind = keyof typeof kinds;
export type ContentBody = { [K in ContentKind]: { readonly kind: K } & v.InferOutput<(typeof kinds)[K]> }[ContentKind];
export type BodyOf<K extends ContentKind> = Extract<ContentBody, { kind: K }>;
