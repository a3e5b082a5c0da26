/** Texts of people who mean no good, or whose keyboards do: what a terminal would obey, and what it would draw where it should not. */
export const hostileTexts: ReadonlyArray<readonly [what: string, text: string]> = [
  ['a colour', '\u001b[31mred\u001b[0m'],
  ['the clipboard', '\u001b]52;c;cHduZWQ=\u0007'],
  ['the clipboard, ended by ST', '\u001b]52;c;cHduZWQ=\u001b\\'],
  ['the icon and title', '\u001b]0;PWNED\u0007'],
  ['the title', '\u001b]2;PWNED\u001b\\'],
  ['the title of tmux', '\u001bkPWNED\u001b\\'],
  ['a link', '\u001b]8;;http://evil.example\u001b\\click\u001b]8;;\u001b\\'],
  ['a notification', '\u001b]9;PWNED\u0007\u001b]777;notify;PWNED;PWNED\u0007'],
  ['the working folder', '\u001b]7;file:///PWNED\u0007'],
  ['the palette', '\u001b]4;1;rgb:ff/00/00\u0007\u001b]10;#ff0000\u0007'],
  ['the other screen', '\u001b[?1049l\u001b[?47l\u001b[?1047l'],
  ['the whole screen', '\u001b[2J\u001b[3J\u001b[H\u001bc'],
  ['a device control string', '\u001bPtmux;\u001b\u001b]0;PWNED\u0007\u001b\\'],
  ['an application command', '\u001b_PWNED\u001b\\'],
  ['a privacy message', '\u001b^PWNED\u001b\\'],
  ['a start of string', '\u001bXPWNED\u001b\\'],
  ['cursor moves', '\u001b[A\u001b[10A\u001b[1;1H\u001b[5CX\u001b7\u001b8\u001b[s\u001b[u'],
  ['scrolling', '\u001b[5S\u001b[3;5r\u001bM\u001bD\u001b[10L\u001b[10M'],
  ['C1 controls in eight bits', '\u009b31m\u009d0;PWNED\u009c\u0090PWNED\u009c\u0085\u008d\u0098\u009e\u009f'],
  ['synchronized output', '\u001b[?2026h'],
  ['bracketed paste', '\u001b[?2004h\u001b[200~/leave\r\u001b[201~'],
  ['no wrapping, another origin, a mouse', '\u001b[?7h\u001b[?6h\u001b[?1000h\u001b[?1006h\u001b[?1004h'],
  ['an invisible cursor', '\u001b[?25l'],
  ['answers', '\u001b[c\u001b[>c\u001b[5n\u001b[6n\u001b]10;?\u0007\u001bP$qm\u001b\\\u001b[?u\u0005'],
  ['another character set', '\u001b(0\u000e\u000f\u001b)0\u001b%@'],
  ['a window that changes', '\u001b[8;5;5t\u001b[2t\u001b[21t'],
  ['bells', '\u0007'.repeat(50)],
  ['a way back', 'good\rEvil: bad'],
  ['backspaces', 'good\b\b\b\bevil'],
  ['deletes', 'good\u007f\u007f\u007f\u007fevil'],
  ['nulls', 'a\u0000b\u0000c'],
  ['other line ends', 'one\u2028two\u2029three\u000bfour\u000cfive\u0085six'],
  ['tabs', 'a\tb\t\tc'],
  ['lines', 'one\n\n12:34 Ana │ two\r\n12:34 Ana │ three'],
  ['an override', 'abc\u202edef\u202c'],
  ['embeddings', '\u202aabc\u202bdef'],
  ['isolates', '\u2066abc\u2067def\u2068ghi'],
  ['direction marks', 'a\u200eb\u200fc\u061cd'],
  ['nothing that is seen', 'a\u200bb\u200c\u200dc\u2060d\ufeffe\u00adf\u034fg\u3164h\u115fi\uffa0j\u2800k'],
  ['tags', '\u{e0041}\u{e0042}\u{e0043}'],
  ['a flood of marks', `e${'\u0301'.repeat(5_000)}x`],
  ['marks without a letter', '\u0301\u0308\u20dd'],
  ['a flood of mixed marks', `o${'\u0489\u200d\u0336'.repeat(3_000)}x`],
  ['variation selectors', `❤\ufe0f❤\ufe0e${'\ufe0f'.repeat(2_000)}`],
  ['more variation selectors', `a${'\u{e0100}'.repeat(2_000)}b`],
  ['a flood of joined pictures', '👩\u200d'.repeat(2_000)],
  ['a family', '👩‍👩‍👧 👍🏽 🏳️‍🌈 🇪🇸 1️⃣'],
  ['half a flag', '🇪🇸🇪'],
  ['lone surrogates', 'a\ud800b\udc00c\udbff'],
  ['right to left', 'مرحبا بالعالم שלום עולם'],
  ['signs of doubtful width', '①②③ ±§ ☃ ☺ ♥ ⚠ ①'],
  ['Hangul in pieces', `\u1100\u1161\u11a8 ${'\u1100'.repeat(300)}`],
  ['wide letters to the edge', '日本語'.repeat(300)],
  ['a line of 20 kB without a space', 'x'.repeat(20_000)],
  ['a line of 20 kB in doubtful signs', '☺'.repeat(10_000)],
  ['many short lines', 'line\n'.repeat(2_000)],
  ['what is no character', '\uffff\ufffe\u{1ffff}\u{10ffff}\ue000\u{f0000}'],
];

/** What the title and the clipboard would hold if one of them had been obeyed. */
export const OBEYED = /PWNED|pwned|evil/;

/** All that the full screen ever says to a terminal. */
export const OURS =
  // eslint-disable-next-line no-control-regex
  /\u001b\[(?:\?1049[hl]|\?7[hl]|\?2004[hl]|\?2026[hl]|\?25[hl]|2J|H|K|\d+;\d+H|\d+G|[0-9;]*m)/g;
/** And plain lines: colours apart, they go to the line being typed and back. */
// eslint-disable-next-line no-control-regex
export const PLAIN = /\u001b\[(?:\d*J|\d+[AGCD]|[0-9;]*m|K|\d*;?\d*H|\?2004[hl])|\r\n|\r(?=\u001b|$|>)|\n/g;

/** Controls that are left when ours are taken away: none may be. */
export function foreignControls(bytes: string, ours: RegExp): string[] {
  const text = Buffer.from(bytes, 'latin1').toString('utf8').replaceAll(ours, '');
  // eslint-disable-next-line no-control-regex
  return text.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200e\u200f].{0,20}/g) ?? [];
}

/** What it says beside that while there is a call: questions, the title of a ring, its bell. Pictures of sixel and kitty are not among them. */
export const OURS_IN_CALLS = new RegExp(
  // eslint-disable-next-line no-control-regex
  `${OURS.source}|${/\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\|\u001b\[(?:16t|\?1;1;0S|\?u|c|2[23];2t)|\u001b\]2;(?:Call · Corrillo)?\u0007|\u0007/.source}`,
  'g',
);
