import { connect, type ConnectionOptions } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { shareServer } from './running.ts';

const server = shareServer();

/** Sends bytes to the chat port like a browser does, and gives back what came until it was closed. */
function send(text: string, options: ConnectionOptions = { ALPNProtocols: ['h2', 'http/1.1'] }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: server.ports.chat, rejectUnauthorized: false, ...options }, () => socket.write(text));
    onTestFinished(() => void socket.destroy());
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
}

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  send(
    `${method} ${path} HTTP/1.1\r\n${Object.entries({ Host: '192.168.7.20:9009', ...headers })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );

describe('the chat port, asked by a browser', () => {
  test('answers one question, to pages of this host', async () => {
    const answer = await ask('/trusted', { Origin: 'http://192.168.7.20:5000' });
    expect(answer).toMatch(/^HTTP\/1.1 204 /);
    expect(answer).toContain('Access-Control-Allow-Origin: http://192.168.7.20:5000\r\n');
    expect(answer).toContain('Connection: close');
  });

  test.each([
    ['another path', '/', {}],
    ['the page', '/index.html', {}],
    ['Socket.IO', '/socket.io/?EIO=4&transport=polling', {}],
    ['a page of another site', '/trusted', { Origin: 'https://evil.example' }],
    ['another name for this host', '/trusted', { Host: 'evil.example' }],
  ])('has nothing for %s', async (_what, path, headers) => {
    const answer = await ask(path, headers);
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer).not.toContain('evil.example');
  });

  test('takes no more than that question', async () => {
    expect(await ask('/trusted', {}, 'POST')).toMatch(/^HTTP\/1.1 404 /);
    expect(await send(`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(10_000)}`)).not.toMatch(/ 20\d /);
    expect(await send('\u0000'.repeat(1_000))).not.toMatch(/ 20\d /);
  });

  test('lets nobody wait for ever', async () => {
    const began = performance.now();
    expect(await send('GET /trusted HTTP/1.1\r\n')).toBe('');
    expect(performance.now() - began).toBeLessThan(9_000);
  });

  test('speaks frames with everybody else, and HTTP with nobody who does not ask for it', async () => {
    const answer = await send('GET /trusted HTTP/1.1\r\nHost: localhost\r\n\r\n', {});
    expect(answer).not.toContain('HTTP/1.1');
  });
});
