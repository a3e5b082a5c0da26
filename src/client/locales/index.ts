import { errors as enErrors } from './en/errors.ts';
import { relay as enRelay } from './en/relay.ts';
import { terminal as enTerminal } from './en/terminal.ts';
import { web as enWeb } from './en/web.ts';
import { errors as esErrors } from './es/errors.ts';
import { relay as esRelay } from './es/relay.ts';
import { terminal as esTerminal } from './es/terminal.ts';
import { web as esWeb } from './es/web.ts';
import type { Sentences } from './sentence.ts';

export { type Detail, type Sentences, sentenceFor } from './sentence.ts';

/** Everything that is said to people, by area. English is the shape; the others are checked against it. */
export interface Texts {
  readonly web: typeof enWeb;
  readonly terminal: typeof enTerminal;
  readonly relay: typeof enRelay;
  readonly errors: Sentences;
}

const languages = {
  en: { web: enWeb, terminal: enTerminal, relay: enRelay, errors: enErrors },
  es: { web: esWeb, terminal: esTerminal, relay: esRelay, errors: esErrors },
} satisfies Record<string, Texts>;

export type Language = keyof typeof languages;
export type WebTexts = Texts['web'];

export function texts(language: Language): Texts {
  return languages[language];
}

/** The first of `preferred` (BCP 47 tags, best first) that we speak. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split(/[-_.]/)[0] ?? '';
    if (Object.hasOwn(languages, primary)) return primary as Language;
  }
  return 'en';
}
