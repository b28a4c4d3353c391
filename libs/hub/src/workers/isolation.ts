import type { TaskIsolation } from '@penstock/worker/host';

/** Task files that are isolated whatever they say of themselves. `*` among the names of a list = all of them. */
export interface ImposedIsolation {
  readonly network: readonly string[];
  readonly files: readonly string[];
}

/** Stands for all task files. */
const EVERY = '*';

/** What is imposed on a task file. */
export function imposedOn(file: string, { network, files }: ImposedIsolation): TaskIsolation {
  const isListed = (list: readonly string[]): boolean => list.includes(EVERY) || list.includes(file);
  return isolation(isListed(network), isListed(files));
}

/** Names of {@link ImposedIsolation} that are none of these files. */
export function unknownFiles({ network, files }: ImposedIsolation, known: readonly string[]): string[] {
  return [...new Set([...network, ...files])].filter((file) => file !== EVERY && !known.includes(file));
}

/** All that either of two asks for. */
export function together(one: TaskIsolation, other: TaskIsolation): TaskIsolation {
  return isolation(
    one.network === 'none' || other.network === 'none',
    one.files === 'none' || other.files === 'none',
  );
}

/** Whether a process that is isolated so may run what asks for `wanted`. */
export function isEnough(process: TaskIsolation, wanted: TaskIsolation): boolean {
  return isSame(process, together(process, wanted));
}

export function isSame(one: TaskIsolation, other: TaskIsolation): boolean {
  return one.network === other.network && one.files === other.files;
}

export function isIsolated({ network, files }: TaskIsolation): boolean {
  return network === 'none' || files === 'none';
}

/** For people: `no network, no files`; empty where nothing is denied. */
export function describeIsolation({ network, files }: TaskIsolation): string {
  return [...(network === 'none' ? ['no network'] : []), ...(files === 'none' ? ['no files'] : [])].join(
    ', ',
  );
}

function isolation(isWithoutNetwork: boolean, isWithoutFiles: boolean): TaskIsolation {
  return {
    ...(isWithoutNetwork ? { network: 'none' } : {}),
    ...(isWithoutFiles ? { files: 'none' } : {}),
  };
}
