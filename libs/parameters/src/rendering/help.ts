import { isUsedBy } from '../parameter.js';
import type { App } from '../app.js';
import { flagOf, readCommandLine } from '../sources/command-line.js';
import { chapters, parameterOf, type ParameterName } from '../table/table.js';
import { defaultInWords } from './default-in-words.js';

const width = 100;

/** Whether `--help` or `-h` is among the arguments (`process.argv.slice(2)`). */
export function asksForHelp(argv: readonly string[]): boolean {
  return readCommandLine(argv).help;
}

/** The help text of an app: its parameters with meaning and default, in lines of at most 100 characters. */
export function renderHelp(app: App): string {
  const used = [...chapters]
    .map(([title, names]) => [title, names.filter((name) => isUsedBy(parameterOf(name), app))] as const)
    .filter(([, names]) => names.length > 0);
  return [
    ...wrap(
      `Parameters of the ${app}. Each is a flag here, a variable of the environment, and a key of the parameters file, under the same name: --lb-httpport and --LB_HTTPPORT are LB_HTTPPORT. The command line goes before the environment, the environment before the file.`,
    ),
    '',
    ...entry(
      '-p, --pfile FILE',
      'The parameters file. Default: parameters.json, if there is one. The word none reads no file.',
    ),
    ...entry('-h, --help', 'Shows this text.'),
    ...used.flatMap(([title, names]) => ['', title, ...names.flatMap(parameterEntry)]),
    '',
    ...wrap(
      'DURATION is a whole number of ms, s, m, h or d, such as 500ms or 48h; a bare number counts milliseconds. SIZE is a whole number of B, KiB, MiB or GiB (or KB, MB, GB), such as 16MiB; a bare number counts bytes. JSON is a list or an object as JSON.',
    ),
    '',
  ].join('\n');
}

function parameterEntry(name: ParameterName): readonly string[] {
  const { kind, meaning } = parameterOf(name);
  const flag = kind.bareFlag ? `${flagOf(name)}[=false]` : `${flagOf(name)} ${kind.type.toUpperCase()}`;
  return entry(flag, `${meaning} Default: ${defaultInWords(name)}.`);
}

function entry(flag: string, meaning: string): readonly string[] {
  return [`  ${flag}`, ...wrap(meaning, '      ')];
}

function wrap(text: string, indent = ''): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}
