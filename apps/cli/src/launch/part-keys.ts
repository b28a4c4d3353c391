import type { ParameterValues } from '@penstock/parameters';
import { dirname, join } from 'node:path';
import type { PartName } from './part-name.js';

type Keys = Pick<ParameterValues, 'PENSTOCK_KEYS' | 'PENSTOCK_KEY'>;

/** Folders of `penstock keys init` with the keys of the parts that show the balancer one. */
const folders: Partial<Record<PartName, string>> = { hub: 'worker', healthcheck: 'health' };

/** The file of the key that the launcher itself shows, if there is one: by default the client's, beside the balancer's. */
export function ownKey({ PENSTOCK_KEYS: keys, PENSTOCK_KEY: own }: Keys): string | undefined {
  return own ?? (keys === undefined ? undefined : beside(keys, 'client'));
}

/** What the environment of a part says of its key: each has its own role's alone. */
export function keyVariables(
  part: PartName,
  { PENSTOCK_KEYS: keys }: Keys,
): Record<string, string | undefined> {
  const folder = folders[part];
  return {
    PENSTOCK_KEY: keys === undefined || folder === undefined ? undefined : beside(keys, folder),
    ...(part === 'balancer' ? {} : { PENSTOCK_KEYS: undefined }),
  };
}

function beside(keys: string, folder: string): string {
  return join(dirname(keys), folder, 'peer.key');
}
