import type { relay } from './en/relay.ts';
import type { terminal } from './en/terminal.ts';
import type { web } from './en/web.ts';
import type { Sentences } from './sentence.ts';

/** Everything that is said to people, by area. English is the shape; the others are checked against it. */
export interface Texts {
  readonly web: typeof web;
  readonly terminal: typeof terminal;
  readonly relay: typeof relay;
  readonly errors: Sentences;
}

/** What of it a page says. */
export interface PageTexts extends Pick<Texts, 'web' | 'errors'> {
  readonly commands: Texts['terminal']['commands'];
}

const LANGUAGES = ['en', 'es'] as const;

export type Language = (typeof LANGUAGES)[number];
export type WebTexts = Texts['web'];

/** The first of `preferred` (BCP 47 tags, best first) that we speak. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split(/[-_.]/)[0] ?? '';
    const found = LANGUAGES.find((language) => language === primary);
    if (found) return found;
  }
  return 'en';
}
