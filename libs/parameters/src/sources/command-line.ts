import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';
import { parameterNames, parameterOf, type ParameterName } from '../table/table.js';
import type { Given } from '../values.js';
import type { Reading } from './file.js';
import { unknownParameter } from './unknown.js';

/** What the command line says. */
export interface CommandLine extends Reading {
  /** The file of `--pfile` or `-p`. */
  readonly file: string | undefined;
  /** Whether `--help` or `-h` is among the arguments. */
  readonly help: boolean;
}

/** The flag of a parameter in lower case, such as `--lb-httpport`. */
export function flagOf(name: string): string {
  return `--${name.toLowerCase().replaceAll('_', '-')}`;
}

/** All flags of a parameter. */
function flagsOf(name: ParameterName): string[] {
  const { alias } = parameterOf(name);
  return [`--${name}`, flagOf(name), ...(alias === undefined ? [] : [`--${alias}`])];
}

const parameterByFlag = new Map(
  parameterNames.flatMap((name) => flagsOf(name).map((flag) => [flag, name] as const)),
);

const options: Readonly<Record<string, ParseArgsOptionDescriptor>> = {
  pfile: { type: 'string', short: 'p' },
  help: { type: 'boolean', short: 'h' },
  ...Object.fromEntries(
    [...parameterByFlag].map(([flag, name]) => [
      flag.slice(2),
      { type: parameterOf(name).kind.bareFlag ? 'boolean' : 'string' },
    ]),
  ),
};

/**
 * Reads the command line: `--LB_HTTPPORT 8081`, `--lb-httpport 8081`, either with `=`. Of a flag that is
 * repeated, the last one counts.
 *
 * @param argv the arguments proper, without the program and its script
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const given = new Map<ParameterName, Given>();
  const problems: string[] = [];
  let file: string | undefined;
  let help = false;
  // After a flag that is wrong, a bare word is its value: one problem, not two.
  let afterWrongFlag = false;

  // Not strict, because strict parsing stops at the first mistake.
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional' && !afterWrongFlag) {
      problems.push(`unexpected argument "${token.value}" (command line)`);
    }
    afterWrongFlag = false;
    if (token.kind !== 'option') continue;
    const problem = take(token);
    if (problem === undefined) continue;
    problems.push(problem);
    afterWrongFlag = true;
  }
  return { given, problems, file, help };

  /** Takes one flag in, or says what is wrong with it. */
  function take(token: OptionToken): string | undefined {
    const known = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (known === undefined)
      return unknownParameter(token.rawName, 'command line', spellingOf(token.rawName));
    if (token.name === 'help') {
      help = true;
      return undefined;
    }
    const value = known.type === 'boolean' ? (token.value ?? 'true') : token.value;
    if (value === undefined || (!token.inlineValue && value.startsWith('--'))) {
      return `${token.rawName} (command line): expected a value${value === undefined ? '' : `, found the flag ${value}`}`;
    }
    const name = parameterByFlag.get(token.rawName);
    if (name === undefined) file = value;
    else given.set(name, { value, source: { kind: 'command line' } });
    return undefined;
  }
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** How to spell suggestions for a flag: as it was tried. */
function spellingOf(flag: string): (name: string) => string {
  return flag === flag.toLowerCase() ? flagOf : (name) => `--${name}`;
}
