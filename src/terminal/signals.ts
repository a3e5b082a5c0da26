/** The first signal stops; one that comes while it is being finished hurries that. */
export function listenForSignals(finish: (hurry: AbortSignal) => Promise<number>) {
  const hurry = new AbortController();
  let finishing = false;
  const stopped = new Promise<'stop'>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => (finishing ? hurry.abort() : resolve('stop')));
  });
  return {
    stopped,
    finish() {
      finishing = true;
      return finish(hurry.signal);
    },
  };
}
