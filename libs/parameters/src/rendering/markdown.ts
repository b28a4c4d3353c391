import { chapters, parameterOf, type ParameterName } from '../table/table.js';
import { defaultInWords } from './default-in-words.js';

const introduction = `# Parameters

<!-- Generated from libs/parameters; run \`node libs/parameters/dist/generate-docs.js\` after a change there. -->

Every parameter has one name. It is a key of the parameters file, a variable of the environment, and a flag:
\`LB_HTTPPORT\` is also \`--LB_HTTPPORT 8081\` or \`--lb-httpport=8081\`. What comes later in this list goes before what
comes earlier:

1. the default,
2. the parameters file: a JSON object; the one of \`--pfile FILE\` or \`-p FILE\`, else the one that
   \`PENSTOCK_PARAMETERS\` names, else \`parameters.json\` in the working directory if there is one; the word \`none\` in
   place of a file reads no file,
3. the environment; a variable that is empty counts as not set,
4. the command line.

A duration is a whole number with a unit: \`500ms\`, \`10s\`, \`10m\`, \`48h\`, \`7d\`. A bare number counts milliseconds.
A size is a whole number with a unit: \`64KiB\`, \`16MiB\`, \`1GiB\` (powers of 1024), or \`10MB\` (a million bytes each). A
bare number counts bytes. Lists and objects are written as JSON in the environment and on the command line.

A name that is not listed here is refused, and so is a value that does not fit; all mistakes are told at once, each with
the place it came from. A \`parameters.json\` of pyLoadBalancer is accepted as it is.
`;

const workerGroups = `## Worker groups

\`WKHUB_WORKERS\` is a list of groups. Without it, or with an empty one, the hub runs one group of as many workers as the
machine has processors, for all priorities, with niceness 0.

${table(
  ['Key', 'Accepts', 'Default', 'Meaning'],
  [
    [
      '`nWorkers`',
      'a whole number, 1 to 1024',
      'required',
      'Worker processes of the group; each runs one task at a time.',
    ],
    ['`minP`, `maxP`', 'numbers', 'no bound', 'The priorities that the group takes, both included.'],
    [
      '`processP`',
      'a whole number, -20 to 20',
      '0',
      'Niceness of the processes: the higher, the more they yield to others.',
    ],
    [
      '`name`',
      '1 to 128 characters',
      '`group-1`, `group-2`, ...',
      'Name of the group, for people. No two are the same.',
    ],
    ['`tasks`', 'a list of task names', 'all', 'The tasks that the group runs.'],
    ['`inline`', 'true or false', 'false', 'Run the tasks in one thread of the hub, without processes.'],
    [
      '`concurrency`',
      'a whole number, 1 to 1024',
      'required',
      'Tasks at a time of an inline group; in place of `nWorkers` and `processP`.',
    ],
  ],
)}
`;

/** The reference of all parameters, `docs/parameters.md`, in the form that prettier gives it. */
export function renderMarkdown(): string {
  return [introduction, ...[...chapters].map(([title, names]) => chapter(title, names)), workerGroups].join(
    '\n',
  );
}

function chapter(title: string, names: readonly ParameterName[]): string {
  return `## ${title}\n\n${table(['Parameter', 'Accepts', 'Default', 'Used by', 'Meaning'], names.map(row))}\n`;
}

function row(name: ParameterName): readonly string[] {
  const { kind, meaning, usedBy, unused, defaultMeaning } = parameterOf(name);
  const value = defaultInWords(name);
  return [
    `\`${name}\``,
    kind.expected,
    defaultMeaning === undefined ? `\`${value}\`` : value,
    unused === undefined ? usedBy.join(', ') : 'none',
    unused === undefined ? meaning : `${meaning} Not used: ${unused}.`,
  ];
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((_, column) =>
    Math.max(...[heading, ...rows].map((cells) => (cells[column] ?? '').length)),
  );
  const line = (cells: readonly string[], filler: string) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, filler)).join(' | ')} |`;
  return [line(heading, ' '), line([], '-'), ...rows.map((cells) => line(cells, ' '))].join('\n');
}
