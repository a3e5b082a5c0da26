import type { Language, PageTexts } from './languages.ts';

const loaders: Record<Language, () => Promise<PageTexts>> = {
  en: async () => (await import('./en/page-english.ts')).english,
  es: async () => (await import('./es/page-spanish.ts')).spanish,
};

/** The texts of a page, in one language alone: it does not fetch what nobody is going to read. */
export function loadTexts(language: Language): Promise<PageTexts> {
  return loaders[language]();
}
