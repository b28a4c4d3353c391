import type { z } from 'zod';
import { crossChecks } from './cross-checks.js';
import { show } from './show.js';
import { parameterOf, type ParameterName } from './table/table.js';
import { describeSource, type Given, type ParameterValues, type Source } from './values.js';

/** A value after its check: the resolved value, or one line for each thing that is wrong. */
export type Checked = { readonly value: unknown } | { readonly problems: readonly string[] };

/** Checks one given value. */
export function checkValue(name: ParameterName, { value, source }: Given): Checked {
  const { kind } = parameterOf(name);
  const input = typeof value === 'string' ? kind.fromText(value) : value;
  const result = kind.schema.safeParse(input);
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.map((issue) => problemOf(name, input, source, issue)) };
}

/** Checks what must hold between the values; conditions on one of `wrong` are left out, its own line says enough. */
export function checkTogether(
  values: ParameterValues,
  sources: Readonly<Record<ParameterName, Source>>,
  wrong: ReadonlySet<ParameterName>,
): readonly string[] {
  const describe = (name: ParameterName, value: unknown) =>
    `${name} = ${parameterOf(name).kind.toText(value)} (${describeSource(sources[name])})`;
  return crossChecks
    .filter(({ name, other }) => !wrong.has(name) && !wrong.has(other))
    .filter(({ name, other, holds }) => !holds(values[name], values[other]))
    .map(
      ({ name, expected, other }) =>
        `${describe(name, values[name])}: expected ${expected} ${describe(other, values[other])}`,
    );
}

function problemOf(name: ParameterName, input: unknown, source: Source, issue: z.core.$ZodIssue): string {
  const place = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const found = issue.path.reduce<unknown>(memberOf, input);
  const what = found === undefined ? 'is missing' : `= ${show(found)}`;
  return `${name}${place} ${what} (${describeSource(source)}): ${issue.message}`;
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
