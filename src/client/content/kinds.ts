import * as v from 'valibot';

/**
 * What members say to each other inside a sealed message, by kind. The relay cannot import this file. A kind that a
 * client does not know is shown as "from a newer version", never dropped.
 */
const signature = v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 64);
const time = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);

export const LIMITS_OF_CONTENT = {
  /** Bytes of UTF-8 in one text: what a person types or pastes in one line. */
  text: 64 * 1024,
  /** UTF-16 units of a name or title. */
  name: 64,
  title: 120,
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
  /** The author goes; with this signature (see leaving.ts) anybody may take it out. Travels in an entry of kind `leave`. */
  leave: v.strictObject({ signature }),
} as const;

export type ContentKind = keyof typeof kinds;
export type ContentBody = { [K in ContentKind]: { readonly kind: K } & v.InferOutput<(typeof kinds)[K]> }[ContentKind];
