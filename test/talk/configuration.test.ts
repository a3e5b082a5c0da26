import { request } from 'node:http';
import { expect, test } from 'vitest';
import { takeAnswer } from '../support/http-answer.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';

/** Status and body of a request to the relay on this machine, whatever it claims in its headers. */
async function get(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; body: Record<string, unknown> }> {
  const { response, body } = await takeAnswer(request({ host: '127.0.0.1', port, path, headers }));
  return { status: response.statusCode, body: JSON.parse(body.toString()) };
}

async function serve(...more: string[]): Promise<number> {
  return (await startRelay(temporaryFolder(), undefined, more)).ports.web;
}

test('a relay answers to the names it was given, and says how to give it one', async () => {
  const port = await serve('--host-name', 'Chat.Example.org', '--host-name', 'other.example');
  for (const host of ['chat.example.org', `other.example:${port}`]) expect(await get(port, '/', { host })).toMatchObject({ status: 200 });
  const { status, body } = await get(port, '/', { host: 'third.example' });
  expect(status).toBe(421);
  expect(body.message).toContain('--host-name');
});

test('a proxy is believed when it was named', async () => {
  const headers = { 'x-forwarded-for': '10.1.2.3' };
  expect((await get(await serve(), '/api/client-ip', headers)).body).toEqual({ ip: '127.0.0.1' });
  expect((await get(await serve('--proxy', '127.0.0.1'), '/api/client-ip', headers)).body).toEqual({ ip: '10.1.2.3' });
});

test('a host says that the first room is to be open: the founder link says so', async () => {
  const founder = async (...flags: string[]): Promise<string> => {
    const { listening } = await startRelay(temporaryFolder(), undefined, flags);
    return listening.founder;
  };
  expect(await founder('--open-room')).toMatch(/\/f#v1\.[^.]+\.[^.]+\.\d+\.open$/);
  expect(await founder()).toMatch(/\/f#v1\.[^.]+\.[^.]+\.\d+$/);
});
