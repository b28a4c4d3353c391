import { fileURLToPath } from 'node:url';

/** The packages that are programs. */
export type ProgramPackage =
  '@penstock/balancer' | '@penstock/healthcheck' | '@penstock/monitor' | '@penstock/worker-hub' | 'penstock';

/** The script of a program of the workspace, which must be built. */
export function entryOf(packageName: ProgramPackage): string {
  return fileURLToPath(new URL('dist/main.js', import.meta.resolve(`${packageName}/package.json`)));
}
