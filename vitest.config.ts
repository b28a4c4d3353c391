import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The workspace's members as pnpm-workspace.yaml lists them, but for e2e, which has rules of its own. */
const members = globSync(['libs/*', 'apps/*', 'examples/*', 'tasks', 'bench', 'deploy'], {
  cwd: import.meta.dirname,
})
  .map((folder) => join(import.meta.dirname, folder))
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .toSorted();

export default defineConfig({
  test: {
    // `npm run fuzz` says so: the storms of spoiled frames go on for so long each.
    provide: {
      fuzzMinutes: Number(process.env['FUZZ_MINUTES'] ?? 0),
      fuzzSeed: process.env['FUZZ_SEED'] ?? '',
    },
    // Tests wait more than they work: a core that is left over for nobody would be a waste.
    maxWorkers: '100%',
    projects: [
      ...members.map((folder) => ({
        test: {
          name: basename(folder),
          root: folder,
          include: ['**/*.spec.ts'],
          // Tests wait for events, so these are deadlines: far off, lest a busy machine looks like a bug.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      })),
      {
        test: {
          name: 'e2e',
          root: join(import.meta.dirname, 'e2e'),
          include: ['**/*.e2e-spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each starts a whole cluster: one at a time, and only once the units are known to work.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
