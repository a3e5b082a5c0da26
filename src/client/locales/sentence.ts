import type { CodedError } from '../../protocol/index.ts';

/** What a code says to people: one sentence that tells what happened and what to do next. */
export type Sentence = string | ((detail: Detail) => string);
export type Detail = Readonly<Record<string, string | number>>;
export type Sentences = Readonly<Record<string, Sentence>> & { readonly internal: Sentence };

/** The sentence for a code, or the one for `internal` with the code in it: a newer relay may know codes that we don't. */
export function sentenceFor(sentences: Sentences, error: Pick<CodedError, 'code'> & { readonly detail?: Detail | undefined }): string {
  const known = Object.hasOwn(sentences, error.code) ? sentences[error.code] : undefined;
  const sentence = known ?? sentences.internal;
  return typeof sentence === 'string' ? sentence : sentence({ ...error.detail, code: error.code });
}
