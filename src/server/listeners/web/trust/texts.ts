import { ENGLISH } from './texts-en.ts';
import { SPANISH } from './texts-es.ts';

/** What the help page says. English and Spanish have files of their own. */
export interface TrustTexts {
  readonly language: 'en' | 'es';
  /** Link to the page in the other language. */
  readonly other: { readonly language: 'en' | 'es'; readonly name: string };
  readonly title: string;
  readonly lead: string;
  readonly check: {
    readonly looking: string;
    readonly trusted: string;
    readonly untrusted: string;
    readonly unknown: string;
    readonly noScript: string;
    readonly again: string;
    readonly home: string;
  };
  readonly get: string;
  readonly download: string;
  readonly compare: string;
  readonly compareWhy: string;
  readonly words: string;
  readonly fingerprint: string;
  readonly install: string;
  readonly installLead: string;
  readonly after: string;
  readonly takeBack: string;
  readonly platforms: readonly Platform[];
}

export interface Platform {
  readonly id: 'windows' | 'macos' | 'ios' | 'android' | 'linux' | 'firefox';
  readonly name: string;
  /** Where `{ca}` stands, the name of the CA; between backquotes, what is typed. */
  readonly steps: readonly string[];
  readonly drawings: readonly Drawing[];
}

/** A dialog as people will meet it, as far as it matters: no picture of a system that looks different with each version. */
export interface Drawing {
  readonly shape: 'window' | 'phone';
  readonly title: string;
  readonly items: readonly DrawingItem[];
}

/** `here`: what has to be touched. `on`: chosen already, or after the step. */
export interface DrawingItem {
  readonly kind: 'text' | 'field' | 'row' | 'radio' | 'check' | 'switch' | 'buttons';
  readonly text: string;
  readonly on?: boolean;
  readonly here?: boolean;
}

export const TEXTS = { en: ENGLISH, es: SPANISH } as const satisfies Record<string, TrustTexts>;
