import { defineConfig } from 'vitest/config';

/** Tests of the images and of compose.yaml over a real Docker engine: `npm run e2e:compose`. They fail without one. */
export default defineConfig({
  test: {
    include: ['e2e/compose/*.compose-spec.ts'],
    globalSetup: ['e2e/compose/support/images.ts'],
    testTimeout: 400_000,
    hookTimeout: 400_000,
    // Each brings up a whole system.
    fileParallelism: false,
    teardownTimeout: 120_000,
  },
});
