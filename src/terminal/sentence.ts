type Sentence = string | ((detail: Readonly<Record<string, string | number>>) => string);

/** The sentence for a code; a code without one is shown itself, so that it can be searched for. */
export function sentenceFor(errors: Readonly<Record<string, Sentence>>, code: string, detail: Readonly<Record<string, string | number>>): string {
  const sentence = Object.hasOwn(errors, code) ? errors[code] : undefined;
  if (sentence === undefined) return code;
  return typeof sentence === 'string' ? sentence : sentence(detail);
}
