import { fileURLToPath } from 'node:url';

/** The script of a program of the workspace, which must be built. */
export function entryOf(packageName: '@penstock/balancer' | '@penstock/worker-hub' | 'penstock'): string {
  return fileURLToPath(new URL('dist/main.js', import.meta.resolve(`${packageName}/package.json`)));
}
