import { isParameterName, type ParameterName } from '../table/table.js';
import type { Given } from '../values.js';
import type { Reading } from './file.js';
import { unknownParameter } from './unknown.js';

/** The variables of a process by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that names the parameters file. */
export const fileVariable = 'PENSTOCK_PARAMETERS';

// Only these are surely ours. Others, such as LOG_, are shared with every program of the machine.
const ownPrefix = /^(?:LB|WKHUB)_/;

/** Reads the environment. An empty variable counts as not set, for that is what a compose file makes of an absent one. */
export function readEnvironment(env: Environment): Reading {
  const given = new Map<ParameterName, Given>();
  const problems: string[] = [];
  for (const [key, value] of Object.entries(env)) {
    if (value === undefined || value === '') continue;
    if (isParameterName(key)) given.set(key, { value, source: { kind: 'environment' } });
    else if (ownPrefix.test(key)) problems.push(unknownParameter(key, 'environment'));
  }
  return { given, problems };
}
