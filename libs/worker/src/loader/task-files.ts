import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that may define tasks. */
export interface TaskFile {
  /** Its name in the folder. */
  readonly file: string;
  /** Changes when the file does. */
  readonly fingerprint: string;
}

const isTaskFile = (name: string): boolean =>
  /\.m?[tj]s$/.test(name) && !name.startsWith('.') && !/\.(d|spec|test)\.m?[tj]s$/.test(name);

/**
 * The task files of a folder by name; sub-folders are not looked into, they are for what tasks share.
 *
 * @throws when the folder cannot be read
 */
export async function listTaskFiles(folder: string): Promise<readonly TaskFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && isTaskFile(entry.name))
    .map(({ name }) => name);
  return Promise.all(
    names.toSorted().map(async (file) => ({ file, fingerprint: await fingerprintOf(join(folder, file)) })),
  );
}

/** A link that points nowhere is a broken file like others: its import says why. */
async function fingerprintOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 'missing' : `${found.ino}-${found.size}-${found.mtimeMs}`;
}
