import { describe, expect, it } from 'vitest';
import { chooseLanguage, sentenceFor, texts } from '../../src/client/locales/index.ts';
import { ERRORS } from '../../src/protocol/index.ts';

describe('the languages', () => {
  it('speak Spanish to Spanish browsers and English to all others', () => {
    expect(['es', 'es-MX', 'ES-es'].map((tag) => chooseLanguage([tag]))).toEqual(['es', 'es', 'es']);
    expect(['en-US', 'de', '', 'est'].map((tag) => chooseLanguage([tag]))).toEqual(['en', 'en', 'en', 'en']);
    expect(chooseLanguage(['ca', 'es-ES'])).toBe('es');
  });

  it('have a sentence for each code of the protocol, and the same codes', () => {
    const [english, spanish] = [texts('en').errors, texts('es').errors];
    expect(Object.keys(spanish).toSorted()).toEqual(Object.keys(english).toSorted());
    expect(Object.keys(ERRORS).filter((code) => !Object.hasOwn(english, code))).toEqual([]);
  });

  it('say something whole with and without details', () => {
    const detail = {
      url: 'https://192.168.1.20:5000/',
      max: 64,
      name: '/x',
      nearest: '/who',
      devices: 'ab, cd',
      path: '/tmp/x',
      message: '--x',
    };
    const wrong: string[] = [];
    for (const language of ['en', 'es'] as const) {
      const { errors } = texts(language);
      for (const code of Object.keys(errors)) {
        for (const known of [{}, detail]) {
          const sentence = sentenceFor(errors, { code, detail: known });
          const whole = /\p{L}.*(\p{L}|[.!?/)])$/u.test(sentence) && !/undefined|null|\[object|function/.test(sentence);
          if (!whole) wrong.push(`${language} ${code}: ${sentence}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('show the code that nobody knows yet', () => {
    expect(sentenceFor(texts('en').errors, { code: 'from_the_future' })).toContain('from_the_future');
    expect(sentenceFor(texts('en').errors, { code: 'constructor' })).toContain('constructor');
  });

  it('leave nothing empty, and nothing untranslated that has more than one word', () => {
    const flat = (area: object) =>
      Object.entries(area).map(([key, value]): [string, string] => [
        key,
        typeof value === 'function' ? (value as (...all: unknown[]) => string)('A', 'B') : (value as string),
      ]);
    const english = new Map(flat(texts('en').web));
    const untranslated = flat(texts('es').web).filter(
      ([key, spanish]) => /\p{L}{2,} \p{L}{2,}/u.test(spanish) && spanish === english.get(key),
    );
    expect(untranslated).toEqual([]);
    expect(flat(texts('es').web).filter(([, spanish]) => spanish === '')).toEqual([]);
  });
});
