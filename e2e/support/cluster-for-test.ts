import { onTestFailed, onTestFinished } from 'vitest';
import { startCluster, type Cluster, type ClusterOptions } from './cluster.js';

/** A cluster for the test that calls this: stopped at its end, and its log shown if it fails. */
export async function clusterForTest(options?: ClusterOptions): Promise<Cluster> {
  const cluster = await startCluster(options);
  onTestFinished(() => cluster.stop());
  onTestFailed(() => {
    process.stderr.write(`${cluster.log()}\n`);
  });
  return cluster;
}
