import { createHash } from 'node:crypto';
import { escapeHtml, MARK, prefersSpanish } from './plain-page.ts';

/** The one page that plain http shows to other machines: how to come in over https. No scripts, no files. */
export function renderWayIn(url: string, acceptLanguage: string): string {
  const spanish = prefersSpanish(acceptLanguage);
  const t = spanish ? SPANISH : ENGLISH;
  return `<!doctype html>
<html lang="${spanish ? 'es' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Corrillo</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${MARK}
<h1>${t.title}</h1>
<p>${t.warning}</p>
<p><a class="go" href="${escapeHtml(url)}">${t.open}<small>${escapeHtml(url)}</small></a></p>
<p class="aside">${t.invited} <a href="/trust">${t.trust}</a></p>
</main>
</body>
</html>
`;
}

const STYLE = `
:root{color-scheme:light dark;--ground:#f8f7f3;--surface:#fefefb;--line:#dedcd5;--ink:#1c2830;--soft:#56636b;--accent:#00604f;--on-accent:#fafffd}
@media(prefers-color-scheme:dark){:root{--ground:#10171a;--surface:#1a2327;--line:#2f393e;--ink:#eae9e3;--soft:#a6b1b5;--accent:#67d1b7;--on-accent:#06211b}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}
main{width:min(27rem,100%);margin:auto;padding:2rem;border:1px solid var(--line);border-radius:1.125rem;background:var(--surface)}
@media(max-width:30rem){main{padding:1rem .25rem;border:0;background:none}}
h1{margin:1.25rem 0 1rem;font-size:1.75rem;line-height:1.25;letter-spacing:-.02em;text-wrap:balance}
p{margin:0 0 1rem;color:var(--soft)}
.go{display:block;padding:.75rem 1rem;border-radius:.75rem;background:var(--accent);color:var(--on-accent);font-weight:600;text-align:center;text-decoration:none}
a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
small{display:block;font:400 .8125rem/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.aside a{color:var(--accent);font-weight:600}
.aside{margin:0;padding-top:1rem;border-top:1px solid var(--line);font-size:.8125rem}
`;

/** What the page's content security policy has to allow on top: this style and no other. */
export const WAY_IN_STYLE = `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

interface Texts {
  readonly title: string;
  readonly warning: string;
  readonly open: string;
  readonly invited: string;
  readonly trust: string;
}

const ENGLISH: Texts = {
  title: 'Go on over a protected connection',
  warning:
    'Corrillo seals what you write, and browsers allow that over https only. Yours will probably warn that it does not know the certificate: the machine that hosts this chat made it. Choose “Advanced” and continue.',
  open: 'Open the protected address',
  invited: 'You have an invitation? Open its whole link again, with https in front.',
  trust: 'How to do without the warning',
};

const SPANISH: Texts = {
  title: 'Sigue con una conexión protegida',
  warning:
    'Corrillo cierra con llave lo que escribes, y los navegadores solo lo permiten con https. Es probable que el tuyo avise de que no conoce el certificado: lo hizo la máquina que aloja este chat. Elige «Avanzado» y continúa.',
  open: 'Abrir la dirección protegida',
  invited: '¿Tienes una invitación? Abre de nuevo su enlace entero, con https delante.',
  trust: 'Cómo quitar el aviso',
};
