import type { LoadedParameters } from './load.js';
import { fileVariable } from './sources/environment.js';
import { noFile } from './sources/file.js';
import { parameterNames, parameterOf } from './table/table.js';

/**
 * The environment that hands parameters to a child process, to be laid over the one it inherits.
 *
 * It holds every value that was given. One that merely equals its default is among them: the child may inherit a
 * variable that a flag of its parent has overruled. The child reads no parameters file, for what that said is
 * in here already. Parameters without use are left out, so that no child repeats the notices about them.
 */
export function toEnvironment({
  values,
  sources,
}: Pick<LoadedParameters, 'values' | 'sources'>): Record<string, string> {
  const given = parameterNames.filter(
    (name) => sources[name].kind !== 'default' && parameterOf(name).unused === undefined,
  );
  const variables = given.map((name) => [name, parameterOf(name).kind.toText(values[name])] as const);
  return { ...Object.fromEntries(variables), [fileVariable]: noFile };
}
