import { createServer } from 'node:net';

/**
 * Below the ports that a system gives to whoever asks for any (from 32768 on Linux, from 49152 elsewhere): a relay that is killed finds its own
 * again, which no connection of another test was given meanwhile. Each worker has its share, and begins anywhere in it, so that other runs on
 * this machine are not in the way.
 */
const FIRST = 20_000;
const SHARE = 4_000;
const SHARES = 3;

const share = FIRST + (Number(process.env['VITEST_POOL_ID'] ?? 0) % SHARES) * SHARE;
let taken = Math.floor(Math.random() * SHARE);

/** A port that nobody listens at, and that no other test is told of. */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < SHARE; tries++) {
    const port = share + (taken++ % SHARE);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${share} on`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
