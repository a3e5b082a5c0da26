import { expect, test } from 'vitest';
import { languageOf } from '../../src/terminal/language.ts';

test.each([
  [{ LANG: 'es_ES.UTF-8' }, 'es'],
  [{ LANG: 'en_US.UTF-8' }, 'en'],
  [{ LANG: 'est' }, 'en'],
  [{}, 'en'],
  [{ LANG: 'es_ES.UTF-8', LC_MESSAGES: 'C' }, 'en'],
  [{ LANG: 'C', LC_ALL: 'es' }, 'es'],
  // Empty is as good as not there (POSIX, section 8.2).
  [{ LANG: 'es_MX.UTF-8', LC_ALL: '', LC_MESSAGES: '' }, 'es'],
  [{ LANG: 'en_US.UTF-8', CORRILLO_LANG: 'es' }, 'es'],
])('%j speaks %s', (env, language) => {
  expect(languageOf(env)).toBe(language);
});
