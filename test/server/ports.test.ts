import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openPort } from '../../src/server/listeners/open-port.ts';

/** Makes servers that are closed with the test. */
function createServers() {
  const made: Server[] = [];
  onTestFinished(() => made.forEach((server) => server.close()));
  const create = (): Server => {
    const server = createServer();
    made.push(server);
    return server;
  };
  return { made, create };
}

/** Ports beside each other, the first of them taken. */
async function takePort(host = '0.0.0.0'): Promise<number> {
  const { create } = createServers();
  const server = create();
  await new Promise<void>((resolve) => void server.listen({ host, port: 0, ipv6Only: true }, resolve));
  return (server.address() as AddressInfo).port;
}

/** Servers that say of each address what the test wants. */
function createPretenders(answer: (options: ListenOptions) => string | undefined) {
  const asked: ListenOptions[] = [];
  let closed = 0;
  const create = (): Server => {
    let port = 0;
    const handlers = new Map<string, (error: object) => void>();
    return {
      once: (event: string, run: (error: object) => void) => handlers.set(event, run),
      on: () => {},
      off: (event: string) => handlers.delete(event),
      listen(options: ListenOptions, opened: () => void) {
        asked.push(options);
        const code = answer(options);
        port = options.port || 40_000 + asked.length;
        queueMicrotask(() => (code ? handlers.get('error')?.({ code, message: code }) : opened()));
      },
      address: () => ({ port }),
      close: () => void (closed += 1),
    } as unknown as Server;
  };
  return { asked, create, closed: () => closed };
}

test('opens IPv4 and IPv6 on one number, each on its own socket', async () => {
  const { asked, create } = createPretenders(() => undefined);
  const { port, servers, moved } = await openPort(undefined, 5000, create);
  expect([port, servers.length, moved]).toEqual([5000, 2, false]);
  expect(asked).toMatchObject([
    { host: '0.0.0.0', port: 5000 },
    { host: '::', port: 5000, ipv6Only: true },
  ]);
});

test.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])('does without IPv6 where there is none (%s)', async (code) => {
  const { create, closed } = createPretenders(({ host }) => (host === '::' ? code : undefined));
  expect(await openPort(undefined, 5000, create)).toMatchObject({ port: 5000, servers: [expect.anything()], moved: false });
  expect(closed()).toBe(0);
});

test('moves from a busy default to the next free one', async () => {
  const busy = await takePort();
  const { create } = createServers();
  const opened = await openPort(undefined, busy, create);
  expect(opened.moved).toBe(true);
  expect(opened.port).toBeGreaterThan(busy);
  expect(opened.port).toBeLessThan(busy + 10);
});

test('counts a default as busy where IPv6 alone is', async () => {
  const taken = createPretenders(({ host, port }) => (host === '::' && port === 5000 ? 'EADDRINUSE' : undefined));
  expect(await openPort(undefined, 5000, taken.create)).toMatchObject({ port: 5001, moved: true });
  expect(taken.closed()).toBe(1);
});

test('tries ten, and no more', async () => {
  const { asked, create } = createPretenders(() => 'EADDRINUSE');
  await expect(openPort(undefined, 5000, create)).rejects.toMatchObject({ code: 'port_busy', detail: { port: 5000 } });
  expect(asked.map(({ port }) => port)).toEqual([5000, 5001, 5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009]);
});

test('does not move from a port that somebody asked for', async () => {
  const busy = await takePort();
  const { create, made } = createServers();
  await expect(openPort(busy, 5000, create)).rejects.toMatchObject({ code: 'port_busy', detail: { port: busy } });
  expect(made).toHaveLength(1);
});

test('takes any free one for 0, and another where IPv6 has that already', async () => {
  const { create } = createServers();
  const { port, moved } = await openPort(0, 5000, create);
  expect(port).toBeGreaterThan(0);
  expect(moved).toBe(false);
  let refused = 0;
  const unlucky = createPretenders(({ host }) => (host === '::' && refused++ < 3 ? 'EADDRINUSE' : undefined));
  expect((await openPort(0, 5000, unlucky.create)).servers).toHaveLength(2);
  expect(unlucky.closed()).toBe(3);
});

test('says which port this user may not open', async () => {
  const { create } = createPretenders(() => 'EACCES');
  await expect(openPort(80, 5000, create)).rejects.toMatchObject({ code: 'port_not_allowed', detail: { port: 80 } });
});

test('closes the one where the other fails in a way nobody foresaw', async () => {
  const { create, closed } = createPretenders(({ host }) => (host === '::' ? 'EMFILE' : undefined));
  await expect(openPort(80, 5000, create)).rejects.toThrow('EMFILE');
  expect(closed()).toBe(1);
});
