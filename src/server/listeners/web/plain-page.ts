/** What pages have in common that the relay writes itself, without the built client. */

/** The first of the languages a browser names that we have. */
export function prefersSpanish(acceptLanguage: string): boolean {
  return /^\s*(es|en)\b/i.exec(acceptLanguage.split(',').find((item) => /^\s*(es|en)\b/i.test(item)) ?? '')?.[1]?.toLowerCase() === 'es';
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

export const MARK =
  '<svg class="mark" width="40" height="40" viewBox="0 0 32 32" aria-hidden="true">' +
  '<circle cx="16" cy="6.5" r="4.6" fill="#1f7a68"/><circle cx="25.5" cy="13.4" r="4.6" fill="#c77c2e"/>' +
  '<circle cx="21.9" cy="24.6" r="4.6" fill="#4a6fb5"/><circle cx="10.1" cy="24.6" r="4.6" fill="#a4578f"/>' +
  '<circle cx="6.5" cy="13.4" r="4.6" fill="#b9553f"/></svg>';
