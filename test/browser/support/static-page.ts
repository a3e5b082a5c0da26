import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { build } from 'vite';
import { hashInputs, parts, root, scratch, withBuildLock } from '../../../scripts/parts.mjs';

/** As strict as the relay's, and with Trusted Types on top: nothing of ours or of a library may write HTML or run text. */
export const STRICT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface StaticPage {
  readonly origin: string;
  close(): Promise<void>;
}

/** The page around the fake client, built as it is built for people: once for all files that are tested with it. */
async function buildFakePage(): Promise<string> {
  const folder = join(scratch, 'fake-page');
  const page = join(folder, hashInputs(parts.web));
  if (existsSync(page)) return page;
  await mkdir(scratch, { recursive: true });
  await withBuildLock(async () => {
    if (existsSync(page)) return;
    const stage = `${folder}-${process.pid}`;
    await build({
      root: join(root, 'src/web'),
      configFile: join(root, 'vite.config.ts'),
      configLoader: 'runner',
      logLevel: 'error',
      build: { outDir: stage, emptyOutDir: true, rolldownOptions: { input: join(root, 'src/web/dev/index.html') } },
    });
    // Those of other sources: nobody asks for them any more.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await rename(stage, page);
  });
  return page;
}

/** Serves the page around the fake client under the policy. */
export async function serveFakePage(): Promise<StaticPage> {
  const folder = await buildFakePage();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname.startsWith('/assets/') ? pathname.slice(1) : 'dev/index.html';
    readFile(join(folder, file)).then(
      (bytes) => {
        response.writeHead(200, {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
          'content-security-policy': STRICT_POLICY,
        });
        response.end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
