import { createContext, use } from 'react';
import type { Language, PageTexts, WebTexts } from '../client/locales/languages.ts';
import { sentenceFor } from '../client/locales/sentence.ts';
import type { CallDesk } from './state/calls/call-desk.ts';
import type { Drafts } from './state/drafts.ts';
import type { FileDesk } from './state/file-desk.ts';
import type { FileWays } from './state/file-ways.ts';
import type { Page } from './state/page.ts';
import type { Problem } from './state/problem.ts';
import type { Business } from './state/reloader.ts';
import type { RoomList } from './state/room-list.ts';
import type { Observable } from './state/observable.ts';

/** What every component may use; made once, in main.tsx. */
export interface Surroundings {
  readonly language: Language;
  readonly texts: PageTexts;
  readonly page: Page;
  readonly list: RoomList;
  readonly drafts: Drafts;
  readonly desk: FileDesk;
  readonly fileWays: FileWays;
  readonly callDesk: CallDesk;
  /** What carries the connection; null before there was one. */
  readonly carrier: () => 'websocket' | 'polling' | null;
  readonly business: Business;
  readonly attention: Observable<boolean>;
}

const context = createContext<Surroundings | null>(null);

export const SurroundingsProvider = context.Provider;

export function useSurroundings(): Surroundings {
  const found = use(context);
  if (!found) throw new Error('rendered outside of its surroundings');
  return found;
}

export function useTexts(): WebTexts {
  return useSurroundings().texts.web;
}

/** Turns a code into words. */
export function useSentence(): (problem: Problem) => string {
  const { errors } = useSurroundings().texts;
  return (problem) => sentenceFor(errors, problem);
}
