import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';

/** Within the folder that PENSTOCK_DATA names. */
const JOURNAL = 'journal';
/** By this file a folder is known as a journal. */
const DATA = 'journal.mdb';

/**
 * The folder of a journal that exists. It may be named itself, as the balancer names it, or by the folder around it, as
 * PENSTOCK_DATA does.
 *
 * @throws CommandError when there is none
 */
export function journalIn(folder: string, cwd: string): string {
  const place = resolve(cwd, folder);
  const found = [join(place, JOURNAL), place].find((candidate) => existsSync(join(candidate, DATA)));
  if (found !== undefined) return found;
  throw new CommandError(
    `there is no journal in ${place}: name the folder that PENSTOCK_DATA names`,
    ExitCode.usage,
  );
}

/** The folder for a journal that is to be made in a folder that PENSTOCK_DATA can name then. */
export function newJournalIn(folder: string, cwd: string): string {
  return join(resolve(cwd, folder), JOURNAL);
}
