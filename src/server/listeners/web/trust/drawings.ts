import { escapeHtml } from '../plain-page.ts';
import type { Drawing, DrawingItem } from './texts.ts';

const WIDTHS = { window: 340, phone: 260 } as const;
const PAD = 16;
const HEAD = 40;
const LINE = 40;

/** Draws a dialog as an inline SVG; colours come from the page, so that it follows light and dark. */
export function draw({ shape, title, items }: Drawing): string {
  const width = WIDTHS[shape];
  const height = HEAD + items.length * LINE + PAD;
  const said = [title, ...items.map(({ text }) => text)].join(' — ');
  const head =
    shape === 'window'
      ? `<path class="bar" d="M.5 ${HEAD}V12.5a12 12 0 0 1 12-12h${width - 25}a12 12 0 0 1 12 12V${HEAD}z"/>` +
        [0, 1, 2].map((i) => `<circle class="dot" cx="${width - 20 - 15 * i}" cy="20" r="4"/>`).join('') +
        text(PAD, 25, 'title', title)
      : text(width / 2, 27, 'title middle', title);
  const body = items.map((item, i) => drawItem(item, width, HEAD + 8 + i * LINE)).join('');
  return (
    `<svg class="drawing" role="img" aria-label="${escapeHtml(said)}" viewBox="-6 -6 ${width + 12} ${height + 12}" width="${width + 12}">` +
    `<rect class="frame" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="${shape === 'window' ? 12 : 22}"/>${head}${body}</svg>`
  );
}

function drawItem({ kind, text: words, on = false, here = false }: DrawingItem, width: number, y: number): string {
  const inner = width - 2 * PAD;
  const middle = y + 21;
  // A ring around what has to be touched: seen without colour too.
  const ring = (x: number, w: number) =>
    here ? `<rect class="ring" x="${x - 4}" y="${y - 1}" width="${w + 8}" height="${LINE - 4}" rx="11"/>` : '';
  switch (kind) {
    case 'text':
      return text(PAD, middle, 'soft', words);
    case 'field':
      return `<rect class="well" x="${PAD}" y="${y + 3}" width="${inner}" height="28" rx="7"/>${text(PAD + 10, middle + 1, '', words)}${ring(PAD, inner)}`;
    case 'row':
      return `${text(PAD + 6, middle, '', words)}<path class="stroke" d="M${width - PAD - 12} ${y + 12}l5 5-5 5"/><path class="rule" d="M${PAD} ${y + 36}h${inner}"/>${ring(PAD, inner)}`;
    case 'radio':
    case 'check': {
      const box =
        kind === 'radio'
          ? `<circle class="well" cx="${PAD + 9}" cy="${y + 17}" r="8"/>${on ? `<circle class="fill" cx="${PAD + 9}" cy="${y + 17}" r="4"/>` : ''}`
          : `<rect class="${on ? 'fill' : 'well'}" x="${PAD + 1}" y="${y + 9}" width="16" height="16" rx="4"/>` +
            (on ? `<path class="tick" d="M${PAD + 5} ${y + 17}l3 3 6-6"/>` : '');
      return `${box}${text(PAD + 27, middle, '', words)}${ring(PAD, inner)}`;
    }
    case 'switch':
      return (
        `${text(PAD, middle, '', words)}<rect class="${on ? 'fill' : 'well'}" x="${width - PAD - 38}" y="${y + 6}" width="38" height="22" rx="11"/>` +
        `<circle class="knob" cx="${on ? width - PAD - 11 : width - PAD - 27}" cy="${y + 17}" r="8"/>${ring(width - PAD - 38, 38)}`
      );
    case 'buttons': {
      const w = Math.max(96, words.length * 7.4 + 28);
      const x = width - PAD - w;
      return `<rect class="fill" x="${x}" y="${y + 2}" width="${w}" height="30" rx="8"/>${text(x + w / 2, middle + 1, 'on middle', words)}${ring(x, w)}`;
    }
  }
}

const text = (x: number, y: number, kind: string, words: string) => `<text class="${kind}" x="${x}" y="${y}">${escapeHtml(words)}</text>`;
