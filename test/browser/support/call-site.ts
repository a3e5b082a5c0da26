import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll } from 'vitest';
import { root, scratch } from '../../../scripts/parts.mjs';
import { policyFor } from '../../../src/server/listeners/web/responses.ts';

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' };

/** A page that has calls and nothing else, under the relay's own policy. @returns where it is once the tests began */
export function useCallPage(): () => string {
  let origin = '';
  let close = async (): Promise<void> => {};
  beforeAll(async () => {
    const folder = join(scratch, `call-page-${process.pid}`);
    await build({
      root: join(root, 'test/browser/support/call-page'),
      base: '/',
      configFile: false,
      logLevel: 'error',
      worker: { format: 'es' },
      build: { outDir: folder, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    });
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const file = pathname.startsWith('/assets/') ? pathname.slice(1) : 'index.html';
      readFile(join(folder, file)).then(
        (bytes) => {
          response.writeHead(200, {
            'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
            // The relay that it talks with is on another port than this page.
            'content-security-policy': policyFor(request.headers.host ?? '').replace("connect-src 'self'", "connect-src 'self' http: ws:"),
          });
          response.end(bytes);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://localhost:${(server.address() as AddressInfo).port}/`;
    close = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  });
  afterAll(() => close());
  return () => origin;
}
