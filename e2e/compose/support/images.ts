import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { bareEnvironment } from '../../support/program.js';
import { freshCheckout } from './fresh-checkout.js';

const run = promisify(execFile);

/** What a build may take where nothing is cached. */
const BUILD_MS = 8 * 60_000;

/** The images that are made for the tests. */
export interface TestImages {
  /** A fresh checkout, from which they are made. */
  readonly checkout: string;
  /** Their tag: those of the user stay as they are. */
  readonly tag: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    images: TestImages;
  }
}

let images: TestImages | undefined;

/** Makes the images once for all tests, as a user would on a fresh clone. */
export async function setup(project: TestProject): Promise<void> {
  await run('docker', ['version']).catch((error: Error) => {
    throw new Error(`These tests need a Docker engine with Compose: ${error.message}`);
  });
  images = { checkout: await freshCheckout(), tag: `e2e-${process.pid}` };
  const startedAt = performance.now();
  await compose(images, 'build');
  const { stdout } = await run('docker', ['images', '--filter', `reference=penstock-*:${images.tag}`]);
  process.stderr.write(`Images made in ${Math.round((performance.now() - startedAt) / 1_000)} s:\n${stdout}`);
  project.provide('images', images);
}

/** Takes them away. */
export async function teardown(): Promise<void> {
  if (images === undefined) return;
  await compose(images, 'down', '--volumes', '--rmi', 'all', '--remove-orphans');
  // Those whose name another build has taken over as well.
  const ours = `label=org.opencontainers.image.version=${images.tag}`;
  await run('docker', ['image', 'prune', '--force', '--filter', ours]);
  await rm(images.checkout, { recursive: true });
}

async function compose({ checkout, tag }: TestImages, ...args: readonly string[]): Promise<void> {
  await run('docker', ['compose', '--profile', '*', ...args], {
    cwd: checkout,
    env: { ...bareEnvironment, PENSTOCK_VERSION: tag, COMPOSE_PROJECT_NAME: `penstock-${tag}` },
    timeout: BUILD_MS,
  });
}
