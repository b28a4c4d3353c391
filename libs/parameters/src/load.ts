import { readFileSync } from 'node:fs';
import type { App } from './app.js';
import { checkTogether, checkValue } from './check.js';
import { deepFreeze } from './deep-freeze.js';
import { ParametersError } from './errors.js';
import { openDoors } from './exposure.js';
import { noticesOf } from './notices.js';
import { readCommandLine } from './sources/command-line.js';
import { fileVariable, readEnvironment, type Environment } from './sources/environment.js';
import { readParametersFile, type ReadFile } from './sources/file.js';
import { parameterNames, parameterOf, type ParameterName } from './table/table.js';
import type { Given, ParameterValues, Source } from './values.js';

/** Where {@link loadParameters} looks. */
export interface LoadOptions {
  /** The arguments proper: `process.argv.slice(2)`. */
  readonly argv: readonly string[];
  /** The environment: `process.env`. */
  readonly env: Environment;
  /** The working directory: `process.cwd()`. */
  readonly cwd: string;
  /** Reads a file as text and throws as `fs.readFileSync` does, which is the default. */
  readonly readFile?: ReadFile;
}

/** What a load gives; frozen, all of it. */
export interface LoadedParameters {
  /** Every parameter, those of other apps too. */
  readonly values: ParameterValues;
  /** Where each value came from. */
  readonly sources: Readonly<Record<ParameterName, Source>>;
  /** Lines that the app should print: what was given and has no use, for example. */
  readonly notices: readonly string[];
}

/**
 * Loads the parameters. In rising precedence: defaults, the parameters file (`--pfile` or `-p`, else
 * `PENSTOCK_PARAMETERS`, else `parameters.json` in the working directory if there is one; `none` in place of a file
 * reads none), the environment, the command line. `--help` is left to the app (see `asksForHelp`).
 *
 * @throws ParametersError with everything that is wrong
 */
export function loadParameters(app: App, options: LoadOptions): LoadedParameters {
  const readFile = options.readFile ?? ((path) => readFileSync(path, 'utf8'));
  const commandLine = readCommandLine(options.argv);
  const path = commandLine.file ?? (options.env[fileVariable] || undefined);
  const readings = [
    readParametersFile(path, options.cwd, readFile),
    readEnvironment(options.env),
    commandLine,
  ];
  const given = new Map(readings.flatMap((reading) => [...reading.given]));
  const resolved = resolve(app, given);
  const problems = [...readings.flatMap((reading) => reading.problems), ...resolved.problems];
  if (problems.length > 0) throw new ParametersError(problems);
  const { values, sources } = resolved;
  return deepFreeze({ values, sources, notices: noticesOf(app, given, values) });
}

/** Checks what is given, and takes the default for the rest. */
function resolve(app: App, given: ReadonlyMap<ParameterName, Given>) {
  const values: [ParameterName, unknown][] = [];
  const sources: [ParameterName, Source][] = [];
  const wrong = new Map<ParameterName, readonly string[]>();
  for (const name of parameterNames) {
    const entry = given.get(name);
    const checked = entry ? checkValue(name, entry) : { value: parameterOf(name).defaultValue };
    if ('problems' in checked) wrong.set(name, checked.problems);
    else values.push([name, checked.value]);
    sources.push([name, entry?.source ?? { kind: 'default' }]);
  }
  // Each value went through its own parameter's schema, which is what gives ParameterValues its types.
  const result = {
    values: Object.fromEntries(values) as ParameterValues,
    sources: Object.fromEntries(sources) as Record<ParameterName, Source>,
  };
  const names = new Set(wrong.keys());
  const together = checkTogether(result.values, result.sources, names);
  const open = openDoors(app, result.values, result.sources, names);
  return { ...result, problems: [...[...wrong.values()].flat(), ...together, ...open] };
}
