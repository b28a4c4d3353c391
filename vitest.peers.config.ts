import { defineConfig } from 'vitest/config';

/** Tests against implementations that are not ours and that a machine with Node.js alone does not have; see .ci/run. */
export default defineConfig({
  test: {
    include: ['{libs,apps}/*/test/peers/**/*.peer-spec.ts', 'e2e/*.peer-spec.ts'],
    testTimeout: 90_000,
  },
});
