/** How many colours people come in; src/web/styles/tokens.css has one pair for each. */
export const TONES = 10;

/** The colour of a device: the same on every screen, because it follows from the id alone. */
export function toneOf(device: string): number {
  // Device ids are keys, their digits as good as random. Eight of them are below 2^53.
  const digits = Number.parseInt(device.slice(0, 8), 16);
  return Number.isNaN(digits) ? 0 : digits % TONES;
}

/** What stands in a person's disk: the first letter or symbol of the name, whole even if it takes several code units. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first?.segment.toLocaleUpperCase() ?? '·';
}
