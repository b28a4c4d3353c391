import {
  flagOf,
  isUsedBy,
  loadParameters,
  parameterNames,
  parameterTable,
  renderHelp,
  type ParameterName,
  type ParameterValues,
} from '@penstock/parameters';
import { Command, Option } from 'commander';
import type { Host } from '../host.js';
import { believeInParts } from '../launch/local-parameters.js';

const names = parameterNames.filter((name) => isUsedBy(parameterTable[name], 'client'));

/**
 * A command that talks to a Penstock that runs. It takes the parameters that say where that is, as flags among its own,
 * and lists them below its help.
 *
 * @param examples command lines that a user may copy
 */
export function clientCommand(name: string, description: string, examples: readonly string[]): Command {
  const command = new Command(name)
    .description(description)
    .option('--json', 'print JSON, for other programs', false)
    .addOption(new Option('-p, --pfile <file>').hideHelp())
    .addHelpText('after', () =>
      ['', 'Examples:', ...examples.map((example) => `  ${example}`), '', renderHelp('client')].join('\n'),
    );
  for (const parameter of names) {
    for (const flag of [flagOf(parameter), `--${parameter}`])
      command.addOption(new Option(`${flag} <value>`).hideHelp());
  }
  return command;
}

/**
 * Where Penstock runs: by the command's flags, the environment and the parameters file.
 *
 * @throws ParametersError; PenstockError `INVALID_CERTIFICATE`
 */
export function placesOf(command: Command, { env, cwd, notes }: Host): ParameterValues {
  const options = command.opts<Record<string, string | undefined>>();
  const given = (flag: string, value: string | undefined): string[] =>
    value === undefined ? [] : [flag, value];
  const argv = [
    ...given('--pfile', options['pfile']),
    ...names.flatMap((name) => given(`--${name}`, options[name] ?? options[optionOf(name)])),
  ];
  const loaded = loadParameters('client', { argv, env, cwd });
  for (const notice of loaded.notices) notes.print(notice);
  believeInParts(loaded.values);
  return loaded.values;
}

/** The name under which commander keeps a flag in lower case. */
function optionOf(name: ParameterName): string {
  return new Option(flagOf(name)).attributeName();
}
