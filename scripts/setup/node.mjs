import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StepFailed } from './run.mjs';
import { bin, manifest } from './workspace.mjs';

/**
 * The Node.js that Penstock runs on: the one that the workspace pins where there is one for this machine, else the
 * one that runs this.
 *
 * @returns {{ path: string, version: string }}
 */
export function findNode() {
  const pinned = join(bin, 'node');
  if (existsSync(pinned)) {
    const { stdout, status } = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { path: pinned, version: stdout.trim().slice(1) };
    // It was built for another C library. Left where it is, every script of the workspace would stumble over it.
    rmSync(pinned);
  }
  const own = process.versions.node;
  const wanted = manifest.engines.node;
  if (!isAtLeast(own, wanted.replace('>=', ''))) {
    throw new StepFailed(
      `Penstock needs Node.js ${wanted} and this is ${own}: install Node.js 24 from https://nodejs.org and try again.`,
      1,
    );
  }
  return { path: process.execPath, version: own };
}

function isAtLeast(version, minimum) {
  const [have, want] = [version, minimum].map((text) => text.split('.').map(Number));
  const index = want.findIndex((part, position) => part !== have[position]);
  return index === -1 || have[index] > want[index];
}
