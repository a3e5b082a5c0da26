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
</head>
<body>
<h1>Corrillo</h1>
<p>${t.why}</p>
<p><a href="${escapeHtml(url)}">${escapeHtml(url)}</a></p>
<p>${t.warning}</p>
</body>
</html>
`;
}

interface Texts {
  readonly why: string;
  readonly warning: string;
}

const ENGLISH: Texts = {
  why: 'This chat only works over a protected connection. Continue here:',
  warning:
    'Your browser will probably warn that it does not know the certificate: it was made by the machine that hosts this chat. Choose “Advanced” and continue. If you have an invitation, open its whole link again, with https in front.',
};

const SPANISH: Texts = {
  why: 'Este chat solo funciona con una conexión protegida. Sigue aquí:',
  warning:
    'Es probable que el navegador avise de que no conoce el certificado: lo hizo la máquina que aloja este chat. Elige «Avanzado» y continúa. Si tienes una invitación, abre de nuevo su enlace entero, con https delante.',
};

/** The first of the languages a browser names that we have. */
function prefersSpanish(acceptLanguage: string): boolean {
  return /^\s*(es|en)\b/i.exec(acceptLanguage.split(',').find((item) => /^\s*(es|en)\b/i.test(item)) ?? '')?.[1]?.toLowerCase() === 'es';
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
