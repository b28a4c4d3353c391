#!/usr/bin/env node
import { ParametersError, wrongParametersExitCode } from '@penstock/parameters';
import { Command } from 'commander';
import { createRequire } from 'node:module';
import { CommandError } from './command-error.js';
import { demoCommand } from './commands/demo.js';
import { upCommand } from './commands/up.js';
import { Terminal } from './terminal/terminal.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
// With --json the standard output is for a program.
const output = process.argv.includes('--json') ? process.stderr : process.stdout;
const host = { env: process.env, cwd: process.cwd(), terminal: new Terminal(output) };

// Nobody listens any more, as after `npm start | head`; what was started here notices that this process ends.
process.stdout.on('error', () => process.exit(1));

const program = new Command('penstock')
  .description('Run tasks on as many processes and machines as you have.')
  .version(version)
  .addCommand(upCommand(host))
  .addCommand(demoCommand(host));

try {
  await program.parseAsync();
  process.exit();
} catch (error) {
  const known = error instanceof CommandError || error instanceof ParametersError;
  console.error(known ? error.message : error);
  process.exit(error instanceof ParametersError ? wrongParametersExitCode : 1);
}
