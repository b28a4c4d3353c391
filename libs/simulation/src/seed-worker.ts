import { parentPort } from 'node:worker_threads';
import { runSeed } from './run.js';

/** A thread of `runSeeds`: gets lists of seeds, answers a report for each. */
parentPort?.on('message', (seeds: readonly number[]) => void runAll(seeds));

async function runAll(seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) parentPort?.postMessage(await runSeed(seed));
}
