import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

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
    license: { fileName: 'licenses.md' },
  },
});
