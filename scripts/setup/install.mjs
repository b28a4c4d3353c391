import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './run.mjs';
import { manifest, root } from './workspace.mjs';

const stampFile = join(root, 'node_modules', '.penstock-installed');

/**
 * Installs the dependencies with the pinned pnpm, which need not be on the machine. Does nothing when all that decides
 * about them is as it was at the last installation that succeeded.
 */
export async function install() {
  const stamp = stampOfInputs();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  console.error('Installing dependencies: a minute or so the first time ...');
  const args = [
    '--yes',
    '--loglevel=error',
    manifest.packageManager,
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    // Whatever another package manager left in node_modules may go; there is nobody to ask in a pipe.
    '--config.confirmModulesPurge=false',
  ];
  await mustRun('npx', args, { failure: 'The dependencies could not be installed.', stdout: process.stderr });
  writeFileSync(stampFile, stamp);
}

/** A digest of the lockfile and of each package.json and setting that goes with it. */
function stampOfInputs() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** Every package.json of the workspace: those of the root, of its folders and of theirs. */
function manifests() {
  const folders = ['', ...foldersIn(''), ...foldersIn('').flatMap(foldersIn)];
  return folders.map((folder) => join(folder, 'package.json')).filter((file) => existsSync(join(root, file)));
}

function foldersIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map((entry) => join(folder, entry.name))
    .sort();
}
