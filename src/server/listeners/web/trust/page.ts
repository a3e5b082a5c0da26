import { createHash, X509Certificate } from 'node:crypto';
import { toHex, toWords } from '../../../../protocol/index.ts';
import type { TlsIdentity } from '../../../tls-identity.ts';
import { escapeHtml, MARK, prefersSpanish } from '../plain-page.ts';
import { draw } from './drawings.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { type Platform, TEXTS, type TrustTexts } from './texts.ts';

export interface TrustFacts {
  readonly identity: Pick<TlsIdentity, 'ca' | 'caHash'>;
  /** What answers only who trusts the CA. */
  readonly check: string;
  /** The chat itself. */
  readonly home: string;
  /** As in Accept-Language. */
  readonly language: string;
  /** User-Agent: opens the section that is meant. Says nothing that anything rests on. */
  readonly agent: string;
}

/** How to make a device trust the relay's CA, and whether it does: a page that needs no other file. */
export function renderTrust({ identity, check, home, language, agent }: TrustFacts): string {
  const t: TrustTexts = TEXTS[prefersSpanish(language) ? 'es' : 'en'];
  const ca = /CN=(.+)/.exec(new X509Certificate(identity.ca).subject)?.[1] ?? 'Corrillo CA';
  const own = guessPlatform(agent);
  const said = Object.entries(t.check).map(([name, text]) => `data-${name.toLowerCase()}="${escapeHtml(text)}"`);
  const colons = (toHex(identity.caHash).toUpperCase().match(/../g) ?? []).join(':');
  const page = `<!doctype html>
<html lang="${t.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${t.title} · Corrillo</title>
<style>${STYLE}</style>
</head>
<body>
<header>${MARK}<b>Corrillo</b><a href="?lang=${t.other.language}" lang="${t.other.language}" hreflang="${t.other.language}">${t.other.name}</a></header>
<main>
<h1>${t.title}</h1>
<p class="lead">${t.lead}</p>
<section id="check" data-state="looking" data-url="${escapeHtml(check)}" ${said.join(' ')}>
${STATE}
<p role="status"><noscript>${t.check.noScript}</noscript></p>
<div><button type="button" class="button quiet">${t.check.again}</button><a class="button" href="${escapeHtml(home)}">${t.check.home}</a></div>
</section>
<section>
<h2><i>1</i>${t.get}</h2>
<p><a class="button" href="/ca.crt" download="corrillo-ca.crt">${t.download}</a></p>
</section>
<section>
<h2><i>2</i>${t.compare}</h2>
<p>${t.compareWhy}</p>
<dl><dt>${t.words}</dt><dd class="words" lang="en">${toWords(identity.caHash).join(' ')}</dd><dt>${t.fingerprint}</dt><dd class="hex">${colons}</dd></dl>
</section>
<section>
<h2><i>3</i>${t.install}</h2>
<p>${t.installLead}</p>
${t.platforms.map((platform) => renderPlatform(platform, platform.id === own, t.after)).join('\n')}
<p>${t.takeBack}</p>
</section>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
  return page.replaceAll('{ca}', escapeHtml(ca));
}

const TYPED = /`([^`]+)`/g;

function renderPlatform({ name, steps, drawings, id }: Platform, open: boolean, after: string): string {
  // Phones have no windows to close.
  const all = id === 'ios' || id === 'android' ? steps : [...steps, after];
  return (
    `<details id="${id}"${open ? ' open' : ''}><summary>${name}</summary>` +
    `<ol>${all.map((step) => `<li>${step.replaceAll('&', '&amp;').replace(TYPED, '<code>$1</code>')}</li>`).join('')}</ol>` +
    `<div class="drawings">${drawings.map(draw).join('')}</div></details>`
  );
}

function guessPlatform(agent: string): Platform['id'] {
  if (/iPhone|iPad|iPod/.test(agent)) return 'ios';
  if (/Android/.test(agent)) return 'android';
  if (/Windows/.test(agent)) return 'windows';
  if (/Mac OS X|Macintosh/.test(agent)) return 'macos';
  return /Firefox/.test(agent) ? 'firefox' : 'linux';
}

const STATE =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><circle class="ring" cx="16" cy="16" r="13"/><path class="yes" d="M10 16.5l4.2 4.2L22 12.5"/>' +
  '<path class="no" d="M16 9.5v8M16 22.2v.1"/><path class="dots" d="M10 16h.1M16 16h.1M22 16h.1"/></svg>';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const ALLOWED = `style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}`;

/** Its style, its script, its question to the chat port, and nothing else. */
export function trustPolicy(chat: string): string {
  return `default-src 'none'; ${ALLOWED}; connect-src ${chat}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
