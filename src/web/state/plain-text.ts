/** Other people's text as the page shows it: nothing in it can act, and nothing in it is invisible. */
export type TextPart = { readonly text: string; readonly href?: string };

/** C0 and C1 controls but tab and newline, and what overrides the direction of the text around it. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/g;

/** Shows control characters as symbols (U+2400 …), line separators as newlines. */
export function showControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROL, (letter) => {
    const code = letter.charCodeAt(0);
    if (code === 0x2028 || code === 0x2029) return '\n';
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** A name: as text, and without the isolates that could end the one it stands in. */
export function showName(name: string): string {
  return showControls(name).replace(/[\u2066-\u2069]/g, '\ufffd');
}

const LINK = /https?:\/\/[^\s<>"'`{}|\\^]+/gi;

/** A name in the middle of a sentence, the rest of which it cannot turn: first strong isolate … pop (Unicode TR9). */
export function isolate(name: string): string {
  return `\u2068${showName(name)}\u2069`;
}

/** Cuts text into plain pieces and links. Only http and https can be links, and a link shows where it leads. */
export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const found = trimEnd(match[0]);
    const href = hrefOf(found);
    if (href === undefined) continue;
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push({ text: found, href });
    at = match.index + found.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

/** Punctuation after a link belongs to the sentence; so does a closing bracket that the link did not open. */
function trimEnd(link: string): string {
  let end = link;
  for (;;) {
    const last = end.at(-1) ?? '';
    const unopened = last === ')' && end.split('(').length < end.split(')').length;
    if (!unopened && !/[.,;:!?…»”’\]]/.test(last)) return end;
    end = end.slice(0, -1);
  }
}

function hrefOf(link: string): string | undefined {
  const url = URL.parse?.(link) ?? parseOld(link);
  // A name before the host is there to deceive: https://bank.example@evil.example
  return url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url.href : undefined;
}

function parseOld(link: string): URL | null {
  try {
    return new URL(link);
  } catch {
    return null;
  }
}
