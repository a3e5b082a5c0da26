import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page, and the service worker that it starts; a tree that a test makes may have the page alone. */
const entries = Object.fromEntries(
  [
    ['index', 'src/web/index.html'],
    ['stream-worker', 'src/web/stream/stream-worker.ts'],
  ]
    .map(([name, path]) => [name, fileURLToPath(new URL(path as string, import.meta.url))] as const)
    .filter(([, path]) => existsSync(path)),
);

export default defineConfig({
  root: 'src/web',
  // Absolute, so that the page finds its assets under /j/<room> as well.
  base: '/',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // No inline scripts and no data: URLs: the page's content security policy allows files of its own origin only.
    assetsInlineLimit: 0,
    // How much a first visit may load is asked of the compressed files, in test/package.
    chunkSizeWarningLimit: 2_000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: entries,
      output: {
        // A service worker takes care of what lies below its own address, which has to stay the same.
        entryFileNames: ({ name }) => (name === 'stream-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
    license: { fileName: 'licenses.md' },
  },
});
