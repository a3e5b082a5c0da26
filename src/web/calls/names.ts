import { useSurroundings, useTexts } from '../context.tsx';
import { isolate } from '../state/plain-text.ts';

/** Names beyond these are counted. */
const NAMED = 3;

/** Several people in one breath: “Ana, Kofi and 3 more”. */
export function useNames(): (names: readonly string[]) => string {
  const t = useTexts();
  const { language } = useSurroundings();
  return (names) => {
    const shown = names.map((name) => isolate(name || t.unnamed));
    const more = shown.length - NAMED;
    if (more > 1) return t.callMore(shown.slice(0, NAMED).join(', '), more);
    return new Intl.ListFormat(language, { type: 'conjunction' }).format(shown);
  };
}
