import { defineConfig } from 'vitest/config';

/** Tests that need what a machine with Node.js alone does not have, or more time than `npm test` may take; see .ci/run. */
export default defineConfig({
  test: {
    include: ['{libs,apps}/*/test/peers/**/*.peer-spec.ts', 'e2e/*.peer-spec.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most start a whole cluster: one at a time, as those of `npm test`.
    fileParallelism: false,
  },
});
