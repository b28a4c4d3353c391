import { defineConfig } from 'vitest/config';

/** Tests of the monitor in a real browser, over a whole cluster: `npm run test:browser`. They fail without Chromium. */
export default defineConfig({
  test: {
    include: ['e2e/*.browser-spec.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
