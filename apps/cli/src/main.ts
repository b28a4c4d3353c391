#!/usr/bin/env node
import { TokensFolderError } from '@penstock/access';
import { ParametersError, wrongParametersExitCode } from '@penstock/parameters';
import { PenstockError } from '@penstock/protocol';
import { Command, CommanderError } from 'commander';
import { createRequire } from 'node:module';
import { CommandError } from './command-error.js';
import { cancelCommand } from './commands/cancel.js';
import { checkCommand } from './commands/check.js';
import { deadCommand } from './commands/dead.js';
import { demoCommand } from './commands/demo.js';
import { getCommand } from './commands/get.js';
import { healthCommand } from './commands/health.js';
import { journalCommand } from './commands/journal.js';
import { keysCommand } from './commands/keys.js';
import { loginCommand } from './commands/login.js';
import { mapCommand } from './commands/map.js';
import { rerunCommand } from './commands/rerun.js';
import { simCommand } from './commands/sim.js';
import { statsCommand } from './commands/stats.js';
import { submitCommand } from './commands/submit.js';
import { tokensCommand } from './commands/tokens.js';
import { topCommand } from './commands/top.js';
import { upCommand } from './commands/up.js';
import { workersCommand } from './commands/workers.js';
import { ExitCode } from './exit-codes.js';
import { StopRequest } from './launch/stop-signals.js';
import { Terminal } from './terminal/terminal.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const output = new Terminal(process.stdout);
const notes = new Terminal(process.stderr);
const terminal = process.argv.includes('--json') ? notes : output;
const host = { env: process.env, cwd: process.cwd(), input: process.stdin, output, notes, terminal };

// Nobody listens any more, as after `npm start | head`; what was started here notices that this process ends.
process.stdout.on('error', () => process.exit(1));

const commands = [
  upCommand(host),
  demoCommand(host),
  submitCommand(host),
  mapCommand(host),
  getCommand(host),
  cancelCommand(host),
  deadCommand(host),
  rerunCommand(host),
  workersCommand(host),
  statsCommand(host),
  topCommand(host),
  healthCommand(host),
  checkCommand(host),
  loginCommand(host),
  tokensCommand(host),
  journalCommand(host),
  keysCommand(host),
  simCommand(host),
];

const program = new Command('penstock')
  .description('Run tasks on as many processes and machines as you have.')
  .version(version)
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes: 0 done; 1 a task has failed, or something is wrong; 2 the command line is wrong; 3 nobody answers;
4 it was
refused; 78 a parameter is wrong; 124 not in time; 130 interrupted.`,
  );
for (const command of commands) {
  for (const part of [command, ...command.commands])
    part.exitOverride().showHelpAfterError('(--help says more)');
  program.addCommand(command);
}

try {
  await program.parseAsync();
  process.exit();
} catch (error) {
  process.exit(exitCodeOf(error));
}

/** Tells what went wrong, where commander has not told it itself. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof ParametersError) {
    notes.print(error.message);
    return wrongParametersExitCode;
  }
  if (error instanceof StopRequest) return ExitCode.interrupted;
  if (error instanceof TokensFolderError || error instanceof PenstockError) {
    notes.print(error.message);
    return ExitCode.failed;
  }
  if (error instanceof CommandError) {
    notes.print(error.message);
    return error.exitCode;
  }
  console.error(error);
  return ExitCode.failed;
}
