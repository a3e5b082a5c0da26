/** Bytes, rates and times as people of a language write them. */
export interface Sizes {
  /** `2.4 MB`: decimal, as disks and downloads are sold and shown. */
  size(bytes: number): string;
  /** `85 %` */
  percent(done: number, total: number): string;
  /** `4:07`, `1:04:07`: to be read at a glance while it runs down. */
  time(ms: number): string;
  count(number: number): string;
  /** `5 min ago` */
  ago(ms: number): string;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

const AGES = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

export function createSizes(language: 'en' | 'es'): Sizes {
  // Every thousand is marked, also in Spanish, where four digits would stand without.
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0, useGrouping: 'always' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const fine = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return {
    size(bytes) {
      let value = Math.max(0, bytes);
      let unit = 0;
      while (value >= 999.5 && unit < UNITS.length - 1) {
        value /= 1000;
        unit += 1;
      }
      return `${(unit === 0 || value >= 99.95 ? whole : fine).format(value)} ${UNITS[unit]}`;
    },
    percent: (done, total) => `${total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total))} %`,
    time(ms) {
      const seconds = Math.max(0, Math.round(ms / 1000));
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
      const two = (number: number) => String(number).padStart(2, '0');
      return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
    },
    count: (number) => whole.format(number),
    ago(ms) {
      const [unit, length] = AGES.find(([, span]) => ms >= span) ?? (['second', 1000] as const);
      return relative.format(-Math.floor(Math.max(0, ms) / length), unit);
    },
  };
}
