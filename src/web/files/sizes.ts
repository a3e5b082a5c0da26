import { useMemo } from 'react';
import { useSurroundings, useTexts } from '../context.tsx';

export interface Sizes {
  /** In decimal units, as disks and browsers count. */
  bytes(count: number): string;
  /** Of a transfer: done and whole in the unit of the whole. */
  part(done: number, total: number): string;
  /** How much longer, roughly. */
  left(seconds: number): string;
  percent(share: number): string;
  /** Of a recording, as players show it: 1:05 */
  clock(ms: number): string;
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function useSizes(): Sizes {
  const { language } = useSurroundings();
  const t = useTexts();
  return useMemo(() => {
    const unit = (name: string, digits = 0, unitDisplay: 'short' | 'narrow' = 'short') =>
      new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay, maximumFractionDigits: digits });
    const percents = new Intl.NumberFormat(language, { style: 'percent' });
    const stepOf = (count: number) => Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
    const digitsOf = (value: number, step: number) => (step > 0 && value < 10 ? 1 : 0);
    const bytes = (count: number) => {
      const step = stepOf(count);
      const value = count / 1000 ** step;
      return unit(UNITS[step] as string, digitsOf(value, step)).format(value);
    };
    return {
      bytes,
      part(done, total) {
        const step = stepOf(total);
        const value = done / 1000 ** step;
        const digits = digitsOf(total / 1000 ** step, step);
        return t.transferPart(new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value), bytes(total));
      },
      left(seconds) {
        if (seconds < MINUTE) return unit('second', 0, 'narrow').format(Math.max(1, Math.ceil(seconds)));
        if (seconds < HOUR) return unit('minute', 0, 'narrow').format(Math.round(seconds / MINUTE));
        if (seconds < DAY) return unit('hour', 1, 'narrow').format(seconds / HOUR);
        return unit('day', 1, 'narrow').format(seconds / DAY);
      },
      percent: (share) => percents.format(share),
      clock(ms) {
        const seconds = Math.round(ms / 1000);
        const [h, m, s] = [Math.floor(seconds / HOUR), Math.floor((seconds % HOUR) / MINUTE), seconds % MINUTE];
        const two = (value: number) => String(value).padStart(2, '0');
        return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
      },
    };
  }, [language, t]);
}
