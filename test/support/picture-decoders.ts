import { inflateSync } from 'node:zlib';
import type { Pixels } from '../../src/terminal/calls/pictures/scale.ts';

/** What a terminal makes of a sixel picture. Throws where it is none. */
export function decodeSixel(text: string): Pixels {
  // eslint-disable-next-line no-control-regex
  const [, body = ''] = /\u001bP0;1;0q([\u0020-\u007e]*)\u001b\\$/.exec(text) ?? [];
  const [, width, height] = /^"1;1;(\d+);(\d+)/.exec(body) ?? [];
  if (width === undefined) throw new Error('no sixel picture');
  const size = { width: Number(width), height: Number(height) };
  const rgb = new Uint8Array(size.width * size.height * 3);
  const palette = new Map<number, number[]>();
  let colour: number[] | undefined;
  let [x, top] = [0, 0];
  for (const [token, run, letter = ''] of body
    .slice(`"1;1;${width};${height}`.length)
    .matchAll(/#\d+(?:;[\d;]+)?|[$-]|(?:!(\d+))?([?-~])/g)) {
    if (token.startsWith('#')) {
      const [number = 0, system, ...parts] = token.slice(1).split(';').map(Number);
      if (system === 2)
        palette.set(
          number,
          parts.map((part) => Math.round((part * 255) / 100)),
        );
      else colour = palette.get(number);
    } else if (token === '$') x = 0;
    else if (token === '-') [x, top] = [0, top + 6];
    else
      for (let left = run === undefined ? 1 : Number(run); left > 0; left--, x++)
        for (let bit = 0; bit < 6; bit++) {
          if (!((letter.charCodeAt(0) - 63) & (1 << bit))) continue;
          if (!colour || x >= size.width || top + bit >= size.height) throw new Error(`outside, or no colour: ${x},${top + bit}`);
          rgb.set(colour, ((top + bit) * size.width + x) * 3);
        }
  }
  return { ...size, rgb };
}

export interface KittyPicture extends Pixels {
  readonly id: string;
  readonly columns: number;
  readonly rows: number;
  readonly control: Readonly<Record<string, string>>;
}

/** What kitty makes of a picture that is sent to it. Throws where the protocol is broken. */
export function decodeKitty(text: string): KittyPicture {
  // eslint-disable-next-line no-control-regex
  const parts = [...text.matchAll(/\u001b_G([^;\u001b]*);([A-Za-z0-9+/=]*)\u001b\\/g)];
  const controls = parts.map(([, control = '']) =>
    Object.fromEntries(control.split(',').map((pair) => pair.split('=') as [string, string])),
  );
  const [control = {}] = controls;
  for (const [at, { m }] of controls.entries()) if (m !== (at < parts.length - 1 ? '1' : '0')) throw new Error(`m=${m} in part ${at}`);
  if (parts.some(([, , data = '']) => data.length > 4096)) throw new Error('a part is too long');
  if (parts.slice(0, -1).some(([, , data = '']) => data.length % 4 !== 0)) throw new Error('a part is cut inside of base64');
  const data = inflateSync(Buffer.from(parts.map(([, , part = '']) => part).join(''), 'base64'));
  const [width, height] = [Number(control['s']), Number(control['v'])];
  if (data.length !== width * height * 3) throw new Error(`${data.length} bytes for ${width} × ${height}`);
  return { id: control['i'] ?? '', width, height, columns: Number(control['c']), rows: Number(control['r']), rgb: data, control };
}
