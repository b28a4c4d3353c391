import { initTokens, roles, TokensFolder, type Role, type TokenEntry } from '@penstock/access';
import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { asDuration } from '../input/arguments.js';
import { renderTokens } from '../views/tokens.js';
import { clientCommand, placesOf } from './client-command.js';

interface NewFlags {
  readonly role: Role;
  readonly expires?: number;
  readonly user?: readonly string[];
  readonly task?: readonly string[];
  readonly json: boolean;
}

/** `penstock tokens`: who is let in over HTTP. */
export function tokensCommand(host: Host): Command {
  return new Command('tokens')
    .description(
      'Make, list and revoke the tokens of the HTTP ports, in the folder that PENSTOCK_TOKENS names.',
    )
    .addCommand(initCommand(host))
    .addCommand(newCommand(host))
    .addCommand(listCommand(host))
    .addCommand(revokeCommand(host));
}

function initCommand(host: Host): Command {
  return new Command('init')
    .description(
      'Make, where it is missing, a folder for PENSTOCK_TOKENS (<folder>/tokens) and the token of a first admin (<folder>/admin/token).',
    )
    .argument('<folder>', 'below which they are')
    .action(async (folder: string) => {
      const { tokens, adminToken } = await initTokens(resolve(host.cwd, folder));
      host.output.print(`PENSTOCK_TOKENS=${tokens}`);
      host.output.print(`PENSTOCK_TOKEN_FILE=${adminToken}`);
    });
}

function newCommand(host: Host): Command {
  const command = clientCommand('new', 'Make a token, and print it: it is kept nowhere, so keep it.', [
    'penstock tokens new prometheus --role viewer > /etc/prometheus/penstock.token',
    'penstock tokens new shop --role client --user shop --task CHARGE --expires 90d',
  ])
    .argument('<name>', 'by which it is listed and revoked; a client hands in for the user of this name')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).makeOptionMandatory())
    .option('--expires <duration>', 'when it is of no use any more; default: never', asDuration)
    .option('--user <id>', 'of a client: a user for whom it hands in, * for all (again for more)', collected)
    .option(
      '--task <name>',
      'of a client: a task that it may hand in (again for more); default: all',
      collected,
    )
    .action(async (name: string, { role, expires, user, task, json }: NewFlags) => {
      if (role !== 'client' && (user !== undefined || task !== undefined))
        throw new CommandError('--user and --task are for tokens with --role client', ExitCode.usage);
      const token = await folderOf(command, host).add({
        name,
        role,
        ...(expires === undefined ? {} : { expiresAt: new Date(Date.now() + expires) }),
        ...(user === undefined ? {} : { users: user.includes('*') ? ('*' as const) : user }),
        ...(task === undefined ? {} : { tasks: task }),
      });
      host.output.print(json ? JSON.stringify({ name, role, token }) : token);
    });
  return command;
}

function listCommand(host: Host): Command {
  const command = clientCommand('list', 'List the tokens: their names and roles, not themselves.', [
    'penstock tokens list',
  ]).action(async ({ json }: { json: boolean }) => {
    const tokens = await folderOf(command, host).list();
    if (json) host.output.print(JSON.stringify(tokens.map(publicPart)));
    else if (tokens.length === 0) host.notes.print('There is no token.');
    else host.output.print(renderTokens(tokens, Date.now()));
  });
  return command;
}

function revokeCommand(host: Host): Command {
  const command = clientCommand('revoke', 'Take a token back, and end the sessions that it has opened.', [
    'penstock tokens revoke shop',
  ])
    .argument('<name>', 'as "penstock tokens list" has it')
    .action(async (name: string) => {
      await folderOf(command, host).revoke(name);
      host.notes.print(`${name} is let in no more; programs that run notice that within a second or two.`);
    });
  return command;
}

function folderOf(command: Command, host: Host): TokensFolder {
  const { PENSTOCK_TOKENS } = placesOf(command, host);
  if (PENSTOCK_TOKENS !== undefined) return new TokensFolder(resolve(host.cwd, PENSTOCK_TOKENS));
  throw new CommandError(
    'say with PENSTOCK_TOKENS which folder: "penstock tokens init" makes one, "penstock up" has one in .penstock/tokens',
    ExitCode.usage,
  );
}

function publicPart({ sha256: _sha256, ...rest }: TokenEntry): Omit<TokenEntry, 'sha256'> {
  return rest;
}

function collected(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
