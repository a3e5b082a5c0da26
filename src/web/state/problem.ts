import type { Detail } from '../../client/locales/sentence.ts';

/** An error as the screens keep it: the code and its details, turned into a sentence only where it is shown. */
export interface Problem {
  readonly code: string;
  readonly detail: Detail;
}

export function problemOf(error: unknown): Problem {
  const { code, detail } = (error ?? {}) as { code?: unknown; detail?: Detail };
  if (typeof code !== 'string') {
    // Nobody foresaw it: the developer's tools are where it can be told whole.
    reportError(error);
    return { code: 'internal', detail: {} };
  }
  return { code: code === 'unreadable' ? 'cannot_open' : code, detail: detail ?? {} };
}
