import type { CheckReport } from '@penstock/journal';
import { loadParameters } from '@penstock/parameters';
import { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { journalIn, newJournalIn } from '../input/journal-place.js';
import { isWhole, renderCheck, renderSalvage } from '../views/journal.js';

interface Flags {
  readonly json: boolean;
}

/** `penstock journal`: looks after the files in which the balancer keeps tasks. */
export function journalCommand(host: Host): Command {
  return new Command('journal')
    .description('Look after the journal, in which the balancer keeps tasks on the disk.')
    .addCommand(checkCommand(host))
    .addCommand(salvageCommand(host));
}

function checkCommand(host: Host): Command {
  return new Command('check')
    .description(
      'Look at every page and every entry of a journal, also of one in use; the exit code is 1 when something is wrong.',
    )
    .argument('[folder]', 'as PENSTOCK_DATA names it; default: what PENSTOCK_DATA names here')
    .option('--json', 'print JSON, for other programs', false)
    .addHelpText(
      'after',
      examples('penstock journal check', 'penstock journal check /var/lib/penstock --json'),
    )
    .action(async (folder: string | undefined, { json }: Flags) => {
      const report = await asked(({ check }) => check(journalIn(folder ?? dataFolder(host), host.cwd)));
      if (json) host.output.print(jsonOf(report));
      else for (const line of renderCheck(report)) host.output.print(line);
      if (report.findings.length === 0) return;
      throw new CommandError(wayOn(report), ExitCode.failed);
    });
}

function salvageCommand(host: Host): Command {
  return new Command('salvage')
    .description(
      'Copy all entries of a journal that can be read into a new one, and say what could not; the old one stays as it is. ' +
        'The exit code is 1 when not all is there.',
    )
    .argument('<from>', 'the old one, as PENSTOCK_DATA names it; no balancer may have it in use')
    .argument('<to>', 'a folder without a journal, which PENSTOCK_DATA can name then')
    .option('--json', 'print JSON, for other programs', false)
    .addHelpText('after', examples('penstock journal salvage .penstock .penstock-salvaged'))
    .action(async (from: string, to: string, { json }: Flags) => {
      const source = journalIn(from, host.cwd);
      const report = await asked(({ salvage }) => salvage(source, newJournalIn(to, host.cwd)));
      if (json) host.output.print(JSON.stringify(report));
      else for (const line of renderSalvage(report)) host.output.print(line);
      if (!isWhole(report)) process.exitCode = ExitCode.failed;
      host.notes.print(`Start the balancer with PENSTOCK_DATA=${to}; keep the old folder until all is well.`);
    });
}

function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}

/** What PENSTOCK_DATA says here. */
function dataFolder({ env, cwd }: Host): string {
  const { PENSTOCK_DATA } = loadParameters('launcher', { argv: [], env, cwd }).values;
  if (PENSTOCK_DATA !== 'none') return PENSTOCK_DATA;
  throw new CommandError('PENSTOCK_DATA is none: there is no journal', ExitCode.usage);
}

type JournalLibrary = typeof import('@penstock/journal');

async function asked<Report>(ask: (library: JournalLibrary) => Promise<Report>): Promise<Report> {
  // What it needs is slow to load, and of use here alone.
  const library = await import('@penstock/journal');
  try {
    return await ask(library);
  } catch (error) {
    if (!(error instanceof library.JournalError)) throw error;
    const exitCode = error.code === 'JOURNAL_IN_USE' ? ExitCode.refused : ExitCode.failed;
    throw new CommandError(error.message, exitCode, { cause: error });
  }
}

/** A report as JSON, without what only salvaging has use for. */
function jsonOf(report: CheckReport): string {
  return JSON.stringify(report, (key, value: unknown) => (key === 'runs' ? undefined : value));
}

function wayOn({ findings }: CheckReport): string {
  return findings.some(({ newer }) => newer !== undefined)
    ? 'A newer version of Penstock wrote it: that one can read it.'
    : '"penstock journal salvage <from> <to>" copies what can be read into a new journal.';
}
