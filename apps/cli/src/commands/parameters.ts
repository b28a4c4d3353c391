import { loadParameters, renderHelp, type LoadedParameters } from '@penstock/parameters';
import type { Command } from 'commander';
import type { Host } from '../host.js';

/** Lets a command take parameters of Penstock: what it does not know itself is left to {@link parametersOf}. */
export function takesParameters(command: Command): Command {
  return command
    .usage('[options] [parameters]')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', () => `\n${renderHelp('launcher')}`);
}

/**
 * The parameters among a command's arguments, in the environment and in the parameters file. Prints their notices.
 *
 * @throws ParametersError
 */
export function parametersOf(command: Command, { env, cwd, terminal }: Host): LoadedParameters {
  const loaded = loadParameters('launcher', { argv: command.args, env, cwd });
  for (const notice of loaded.notices) terminal.print(notice);
  return loaded;
}
