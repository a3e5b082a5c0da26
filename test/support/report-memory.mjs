/** Loaded into a relay (`node --expose-gc --import`): a line on standard output with the bytes in use, whenever SIGUSR2 comes. */
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ event: 'memory', used: heapUsed + external, rss })}\n`);
});
