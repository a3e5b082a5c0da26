import { useMemo } from 'react';
import { useSurroundings, useTexts } from './context.tsx';

export interface Formats {
  time(at: number): string;
  day(at: number): string;
  full(at: number): string;
}

const DAY = 24 * 60 * 60 * 1000;
/** The end of ECMAScript's time, ms. Others' clocks may say anything; beyond it, every formatter throws. */
const END_OF_TIME = 8.64e15;

/** For `<time datetime>`. */
export function isoOf(at: number): string {
  return new Date(Math.min(at, END_OF_TIME)).toISOString();
}

/** Times and days in the reader's language and time zone. */
export function useFormats(): Formats {
  const { language } = useSurroundings();
  const t = useTexts();
  return useMemo(() => {
    // The page's language with the reader's own habits (12 or 24 hours), where the browser's language has them.
    const locale = navigator.language.toLowerCase().startsWith(language) ? navigator.language : language;
    const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
    const thisYear = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
    const otherYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
    const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
    return {
      time: (at) => time.format(Math.min(at, END_OF_TIME)),
      full: (at) => full.format(Math.min(at, END_OF_TIME)),
      day(at) {
        const date = new Date(Math.min(at, END_OF_TIME));
        const day = date.toDateString();
        if (day === new Date().toDateString()) return t.today;
        if (day === new Date(Date.now() - DAY).toDateString()) return t.yesterday;
        return (date.getFullYear() === new Date().getFullYear() ? thisYear : otherYear).format(date);
      },
    };
  }, [language, t]);
}
