// What the other scripts must know about this checkout. Nothing here needs more than Node.js itself.
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Programs of the workspace, its own Node.js among them. */
export const bin = join(root, 'node_modules', '.bin');

/** The root's package.json. */
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The environment for what is run here: the workspace's programs first, and no statistics sent home. */
export const environment = {
  ...process.env,
  PATH: bin + delimiter + (process.env.PATH ?? ''),
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
};

/** The environment for turbo, and for scripts that call it. */
export const turboEnvironment = {
  ...environment,
  GIT_CONFIG_GLOBAL: fileURLToPath(new URL('gitconfig', import.meta.url)),
};
