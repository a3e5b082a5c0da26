/** How many colours a terminal has. `none`, also where it has few or they are not wanted: brightness is shown by letters. */
export type ColourDepth = 'true' | '256' | 'none';

export function colourDepthOf(env: Readonly<Record<string, string | undefined>>): ColourDepth {
  const { NO_COLOR, COLORTERM = '', TERM = '' } = env;
  if (NO_COLOR) return 'none';
  if (/truecolor|24bit/i.test(COLORTERM) || /-direct\b|kitty|ghostty|alacritty|foot|wezterm/.test(TERM)) return 'true';
  return /256col/.test(TERM) ? '256' : 'none';
}

const CUBE = [0, 95, 135, 175, 215, 255];
const nearestLevel = Uint8Array.from({ length: 256 }, (_, value) => nearestOf(CUBE, value));

function nearestOf(levels: readonly number[], value: number): number {
  let best = 0;
  for (const [at, level] of levels.entries()) if (Math.abs(level - value) < Math.abs((levels[best] as number) - value)) best = at;
  return best;
}

/** xterm's number of the colour that is nearest: of its cube of 6 × 6 × 6, or of its 24 greys. */
export function to256(red: number, green: number, blue: number): number {
  const [r, g, b] = [nearestLevel[red] as number, nearestLevel[green] as number, nearestLevel[blue] as number];
  const grey = Math.max(0, Math.min(23, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const level = 8 + 10 * grey;
  const away = (x: number, y: number, z: number) => (x - red) ** 2 + (y - green) ** 2 + (z - blue) ** 2;
  const byCube = away(CUBE[r] as number, CUBE[g] as number, CUBE[b] as number);
  return away(level, level, level) < byCube ? 232 + grey : 16 + 36 * r + 6 * g + b;
}

/** From dark to light, as terminals with a dark background show it. */
const RAMP = ' .:-=+*#%@';

/** A letter as bright as the colour is to the eye (ITU-R BT.601). */
export function toLetter(red: number, green: number, blue: number): string {
  const light = (0.299 * red + 0.587 * green + 0.114 * blue) / 256;
  return RAMP.charAt(Math.floor(light * RAMP.length));
}
