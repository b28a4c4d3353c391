import react from '@vitejs/plugin-react';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

// Where `penstock up` serves when nothing else is said; `pnpm run dev` shows the page on top of it.
const balancer = 'http://127.0.0.1:8080';
const healthCheck = 'http://127.0.0.1:8082';

/** Compresses once, so that the server need not on each request. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const texts = Object.keys(bundle).filter((name) => /\.(js|css|html|svg)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const file = join(dir, name);
          const text = await readFile(file);
          await writeFile(`${file}.gz`, await promisify(gzip)(text, { level: 9 }));
          await writeFile(`${file}.br`, await promisify(brotliCompress)(text));
        }),
      );
    },
  };
}

export default defineConfig({
  plugins: [react(), precompress()],
  build: { outDir: 'dist/page', target: 'es2023', manifest: true, modulePreload: { polyfill: false } },
  server: {
    proxy: {
      '/api': balancer,
      '/healthcheck': { target: healthCheck, rewrite: (path) => path.replace(/^\/healthcheck/, '') },
    },
  },
});
