/** Lines that tell of one change; of a larger one the rest is counted. */
const LINES_MAX = 100;

/** Something on a list, as people are told of it. */
export interface Listed {
  /** Such as `the key "web"`. */
  readonly name: string;
  /** What is said of it, by what it is called; all things of a list say the same of themselves. */
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * What differs between a list as it was and as it is now: a line for each thing that is there now, is there no more, or has
 * become another, with what was and what is.
 *
 * @param before by what tells one thing from the others, whatever it is called
 */
export function changesIn(
  before: ReadonlyMap<string, Listed>,
  after: ReadonlyMap<string, Listed>,
): readonly string[] {
  const lines: string[] = [];
  for (const [id, { name, facts }] of before) {
    const now = after.get(id);
    if (now === undefined) lines.push(`${name} was removed: ${inWords(facts)}`);
    else {
      const changed = Object.keys(now.facts).filter((fact) => facts[fact] !== now.facts[fact]);
      const differences = changed.map((fact) => `${fact} ${facts[fact]} → ${now.facts[fact]}`);
      if (now.name !== name) differences.unshift(`it is ${now.name} now`);
      if (differences.length > 0) lines.push(`${name} was changed: ${differences.join('; ')}`);
    }
  }
  for (const [id, { name, facts }] of after)
    if (!before.has(id)) lines.push(`${name} was added: ${inWords(facts)}`);
  if (lines.length <= LINES_MAX) return lines;
  return [
    ...lines.slice(0, LINES_MAX),
    `and ${lines.length - LINES_MAX} more were added, changed or removed`,
  ];
}

function inWords(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .map(([fact, value]) => `${fact} ${value}`)
    .join('; ');
}
