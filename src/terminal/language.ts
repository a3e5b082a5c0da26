/** The language of the terminal, by the environment: Spanish where it says so, else English. */
export function languageOf(env: NodeJS.ProcessEnv): 'en' | 'es' {
  const chosen = env.CORRILLO_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^es(?:[_.@-]|$)/i.test(chosen) ? 'es' : 'en';
}
