import { BalancerFolder, initKeys, roles, type AllowedKey, type KeyGrant, type Role } from '@penstock/keys';
import { loadParameters } from '@penstock/parameters';
import { PenstockError } from '@penstock/protocol';
import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { asDuration, asWords } from '../input/arguments.js';
import { renderKeys } from '../views/keys.js';

interface FolderFlags {
  readonly keys?: string;
}

interface NewFlags extends FolderFlags {
  readonly role: Role;
  readonly out?: string;
  readonly users?: readonly string[];
  readonly tasks?: readonly string[];
  readonly expires?: number;
}

interface RotateFlags extends FolderFlags {
  readonly out?: string;
  readonly overlap: number;
  readonly expires?: number;
}

/** `penstock keys`: who may come in. */
export function keysCommand(host: Host): Command {
  return new Command('keys')
    .description(
      'Make the keys with which the parts of Penstock know each other, and say which are admitted.',
    )
    .addCommand(initCommand(host))
    .addCommand(newCommand(host))
    .addCommand(listCommand(host))
    .addCommand(revokeCommand(host))
    .addCommand(rotateCommand(host));
}

function initCommand(host: Host): Command {
  return new Command('init')
    .description(
      'Make all keys of a Penstock that are not there yet: the folder of the balancer, and a key each for workers, the health ' +
        'check, clients and admins. What is there stays as it is.',
    )
    .argument('<folder>', 'where to: each folder in it can be a volume of its own')
    .addHelpText('after', examples('penstock keys init keys', 'penstock up --penstock-keys keys/balancer'))
    .action((folder: string) => {
      const made = tried(() => initKeys(resolve(host.cwd, folder)));
      for (const file of made) host.output.print(file);
      if (made.length === 0) host.notes.print('All keys are there already.');
    });
}

function newCommand(host: Host): Command {
  return takesFolder(
    new Command('new')
      .description(
        'Make a key, admit it, and write the file for whoever is to have it: PENSTOCK_KEY names it there.',
      )
      .argument('<name>', 'what to call it, for people')
      .addOption(new Option('--role <role>', 'what it is for').choices(roles).makeOptionMandatory())
      .option('--out <file>', 'the file to write; default: <name>.key')
      .option('--users <names>', 'users in whose names a client may act, with commas; default: all', asWords)
      .option('--tasks <names>', 'tasks that it may hand in or run, with commas; default: all', asWords)
      .option('--expires <duration>', 'after which it is not admitted any more, such as 90d', asDuration)
      .addHelpText(
        'after',
        examples(
          'penstock keys new web --role client --tasks HELLO,wordcount',
          'penstock keys new hub-2 --role worker --keys keys/balancer --out hub-2.key',
        ),
      ),
  ).action((name: string, { role, out = `${name}.key`, users, tasks, expires, keys }: NewFlags) => {
    const folder = folderOf(keys, host);
    const grant = grantOf(name, { role, users, tasks, expires });
    changed(folder, () => {
      if (folder.readAllowed().some((key) => key.name === name))
        throw new CommandError(
          `There is a key "${name}" already: "penstock keys rotate ${name}" makes a new one.`,
        );
      folder.issue(resolve(host.cwd, out), grant);
    });
    host.output.print(out);
  });
}

function listCommand(host: Host): Command {
  return takesFolder(
    new Command('list')
      .description('List the keys that are admitted: names, roles, public keys, and what they may.')
      .option('--json', 'print JSON, for other programs', false)
      .addHelpText('after', examples('penstock keys list', 'penstock keys list --keys keys/balancer --json')),
  ).action(({ keys, json }: FolderFlags & { json: boolean }) => {
    const allowed = tried(() => folderOf(keys, host).readAllowed());
    if (json) host.output.print(JSON.stringify(allowed));
    else if (allowed.length > 0) host.output.print(renderKeys(allowed, Date.now()));
    else host.notes.print('No key is admitted: "penstock keys new <name> --role <role>" makes one.');
  });
}

function revokeCommand(host: Host): Command {
  return takesFolder(
    new Command('revoke')
      .description(
        'Admit a key no more. A balancer that runs takes that up within seconds, and ends what its holders had open.',
      )
      .argument('<name>', 'its name; if several have it, as after rotate, all of them')
      .addHelpText('after', examples('penstock keys revoke web')),
  ).action((name: string, { keys }: FolderFlags) => {
    const folder = folderOf(keys, host);
    changed(folder, () => {
      const allowed = folder.readAllowed();
      requireKey(allowed, name);
      folder.writeAllowed(allowed.filter((key) => key.name !== name));
    });
  });
}

function rotateCommand(host: Host): Command {
  return takesFolder(
    new Command('rotate')
      .description(
        'Make a new key in place of one: the old one is admitted for a while longer, so that its holders can take the new file in turn.',
      )
      .argument('<name>', 'its name')
      .option(
        '--overlap <duration>',
        'how long the old one is still admitted',
        asDuration,
        24 * 60 * 60 * 1_000,
      )
      .option(
        '--expires <duration>',
        'after which the new one is not admitted any more, such as 90d',
        asDuration,
      )
      .option('--out <file>', 'the file to write; default: <name>.key')
      .addHelpText(
        'after',
        examples('penstock keys rotate web --overlap 24h --out /run/penstock/client/peer.key'),
      ),
  ).action((name: string, { keys, overlap, expires, out = `${name}.key` }: RotateFlags) => {
    const folder = folderOf(keys, host);
    changed(folder, () => {
      const { role, users, tasks } = requireKey(folder.readAllowed(), name);
      const until = inMs(overlap);
      folder.issue(resolve(host.cwd, out), grantOf(name, { role, users, tasks, expires }), (key) =>
        key.name === name ? { ...key, expires: earlier(key.expires, until) } : key,
      );
    });
    host.output.print(out);
  });
}

function takesFolder(command: Command): Command {
  return command.option(
    '--keys <folder>',
    'the folder of the balancer; default: what PENSTOCK_KEYS names here',
  );
}

/** @throws CommandError when nobody says where the keys are */
function folderOf(given: string | undefined, { env, cwd }: Host): BalancerFolder {
  const folder = given ?? loadParameters('client', { argv: [], env, cwd }).values.PENSTOCK_KEYS;
  if (folder !== undefined) return new BalancerFolder(resolve(cwd, folder));
  throw new CommandError(
    'Say with --keys or PENSTOCK_KEYS where the keys are; "penstock keys init <folder>" makes <folder>/balancer.',
    ExitCode.usage,
  );
}

/** The key of a name that was admitted last. @throws CommandError when there is none */
function requireKey(allowed: readonly AllowedKey[], name: string): AllowedKey {
  const key = allowed.findLast((candidate) => candidate.name === name);
  if (key !== undefined) return key;
  throw new CommandError(`There is no key "${name}": "penstock keys list" says which there are.`);
}

/** Does something to a folder while no other command changes it. */
function changed(folder: BalancerFolder, act: () => void): void {
  tried(() => folder.change(act));
}

function tried<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof PenstockError)) throw error;
    throw new CommandError(error.message, ExitCode.failed, { cause: error });
  }
}

/** What a key is to be allowed; `expires` = after so many milliseconds. */
function grantOf(
  name: string,
  {
    role,
    users,
    tasks,
    expires,
  }: Pick<NewFlags, 'role'> & { [Key in 'users' | 'tasks' | 'expires']: NewFlags[Key] },
): KeyGrant {
  return {
    name,
    role,
    ...(users === undefined ? {} : { users: [...users] }),
    ...(tasks === undefined ? {} : { tasks: [...tasks] }),
    ...(expires === undefined ? {} : { expires: inMs(expires) }),
  };
}

function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

function earlier(one: string | undefined, two: string): string {
  return one !== undefined && Date.parse(one) < Date.parse(two) ? one : two;
}

function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}
