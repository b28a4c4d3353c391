import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const isText = /^(readme|changelog|license)/i;

/**
 * The README, CHANGELOG and LICENSE files in a folder and its folders, whatever their case and extension, in order.
 * Links are not followed: a package manager may show one file in many places, and each is to be found once.
 *
 * @param folder an absolute path; one that does not exist has none
 */
export async function findTexts(folder: string): Promise<readonly string[]> {
  const texts: string[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of await entriesOf(next)) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && isText.test(entry.name)) texts.push(path);
    }
  }
  return texts.toSorted();
}

/** What is in a folder; nothing where there is none, or none that may be read. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
