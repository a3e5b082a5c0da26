import { english } from './en/english.ts';
import { spanish } from './es/spanish.ts';
import type { Language, Texts } from './languages.ts';

export { chooseLanguage, type Language, type Texts } from './languages.ts';
export { type Detail, type Sentences, sentenceFor } from './sentence.ts';

const languages: Record<Language, Texts> = { en: english, es: spanish };

export function texts(language: Language): Texts {
  return languages[language];
}
