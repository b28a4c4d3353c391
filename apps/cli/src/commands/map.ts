import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { withTaskClient } from '../cluster/task-connection.js';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { asCount, asNumber } from '../input/arguments.js';
import { deliveryOf, takesSubmission, type SubmissionFlags } from '../input/delivery.js';
import { readFileNames } from '../input/file-names.js';
import { StopRequest } from '../launch/stop-signals.js';
import { renderMapReport, type FileResult } from '../views/map-report.js';
import { resultField } from '../views/result.js';
import { clientCommand, placesOf } from './client-command.js';
import { Option } from 'commander';

/** What a task gets of its file. */
type Send = 'path' | 'bytes' | 'json';

interface MapFlags extends SubmissionFlags {
  readonly send: Send;
  readonly user?: string;
  readonly priority?: number;
  readonly concurrency: number;
  readonly json: boolean;
}

/** `penstock map`: a task for each file. */
export function mapCommand(host: Host): Command {
  const command = clientCommand('map', 'Run a task for each file, and show how each has ended.', [
    'penstock map wordcount docs/*.md',
    'find . -name "*.jpg" | penstock map sha256 - --json',
    'penstock map sha256 *.iso --max-attempts 3 --attempt-timeout 1m',
  ])
    .argument('<name>', 'which task, such as wordcount')
    .argument('<files...>', 'the files, or - to read their names from the standard input, one a line')
    .addOption(
      new Option(
        '--send <what>',
        'what a task gets: { "path": … } with the absolute path, the bytes of the file, or the JSON in it',
      )
        .choices(['path', 'bytes', 'json'])
        .default('path'),
    )
    .option('-u, --user <name>', 'for whom they are; default: anonymous')
    .option('--priority <number>', "higher goes first among a user's tasks; default: 0", asNumber)
    .option('--concurrency <count>', 'tasks under way at once, at most', asCount, 64)
    .action(async (name: string, typed: readonly string[], flags: MapFlags) => {
      const values = placesOf(command, host);
      const files = await readFileNames(typed, host.input);
      const missing = files.filter((file) => !existsSync(resolve(host.cwd, file)));
      if (missing.length > 0) {
        const more = missing.length > 1 ? ` (and ${missing.length - 1} more)` : '';
        throw new CommandError(`no file ${missing[0]}${more}: no task was handed in`, ExitCode.usage);
      }
      const results = await withTaskClient(values, host, (client, signal) =>
        run(client, name, files, flags, host, signal),
      );
      if (results.some(({ ok }) => !ok)) process.exitCode = ExitCode.failed;
    });
  return takesSubmission(command);
}

type Client = Parameters<Parameters<typeof withTaskClient>[2]>[0];

async function run(
  client: Client,
  name: string,
  files: readonly string[],
  flags: MapFlags,
  host: Host,
  signal: AbortSignal,
): Promise<readonly FileResult[]> {
  const { send, user, priority, concurrency, json } = flags;
  const startedAt = performance.now();
  const progress = host.notes.progress(name, files.length);
  const results: FileResult[] = [];
  const options = {
    concurrency,
    signal,
    ...(user === undefined ? {} : { userId: user }),
    ...(priority === undefined ? {} : { priority }),
    ...deliveryOf(flags),
  };
  try {
    for await (const result of client.map(name, payloadsOf(files, send, host.cwd), options)) {
      const done = { ...result, payload: undefined, file: files[result.index] ?? '' };
      results.push(done);
      if (json) host.output.print(asJson(done));
      progress.advance();
    }
  } catch (error) {
    if (!(error instanceof StopRequest)) throw error;
    const rest = files.length - results.length;
    throw new CommandError(
      `stopped: ${results.length} have ended, ${rest} are cancelled`,
      ExitCode.interrupted,
    );
  } finally {
    progress.end();
  }
  if (json) return results;
  for (const line of renderMapReport(results, performance.now() - startedAt)) host.output.print(line);
  return results;
}

/** The files' payloads, made as they are needed. */
async function* payloadsOf(files: readonly string[], send: Send, cwd: string): AsyncGenerator<unknown> {
  for (const file of files) {
    const path = resolve(cwd, file);
    if (send === 'path') yield { path };
    else if (send === 'bytes') yield new Uint8Array(await readFile(path));
    else yield jsonIn(file, await readFile(path, 'utf8'));
  }
}

function jsonIn(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandError(`${file} is not JSON: ${(error as Error).message}`, ExitCode.usage);
  }
}

function asJson(result: FileResult): string {
  const { file, worker, attempt, waitMs, runMs } = result;
  const outcome = result.ok
    ? { state: 'done', ...resultField(result.value) }
    : { state: 'failed', error: { code: result.error.code, message: result.error.message } };
  return JSON.stringify({ file, ...outcome, worker, attempt, waitMs, runMs });
}
