import { z } from 'zod';
import { nearestWord } from '../suggestion.js';
import { json } from './json.js';
import type { Kind } from './kind.js';
import { textSchema, wholeNumberSchema } from './schemas.js';

const priority = z.number({ error: 'expected a number' }).exactOptional();
const taskName = textSchema('the name of a task, 1 to 128 characters', 128);

const common = {
  name: textSchema('a name, 1 to 128 characters', 128).exactOptional(),
  minP: priority,
  maxP: priority,
  tasks: z
    .array(taskName, { error: 'expected a list of task names' })
    .min(1, { error: 'expected at least one task name (leave "tasks" out to run all)' })
    .max(4_096, { error: 'expected at most 4096 task names' })
    .exactOptional(),
};

const processGroup = strictGroup({
  nWorkers: wholeNumberSchema('a whole number, 1 to 1024', 1, 1_024),
  inline: z.literal(false).exactOptional(),
  processP: wholeNumberSchema('a whole number, -20 to 20', -20, 20).default(0),
  ...common,
});

const inlineGroup = strictGroup({
  inline: z.literal(true),
  concurrency: wholeNumberSchema('a whole number, 1 to 1024', 1, 1_024),
  ...common,
});

const group = z
  .discriminatedUnion('inline', [processGroup, inlineGroup], {
    // The one code is about the key `inline`, any other about the group itself.
    error: ({ code }) =>
      code === 'invalid_union' ? 'expected true or false' : 'expected a worker group, an object',
  })
  .refine(({ minP = -Infinity, maxP = Infinity }) => minP <= maxP, {
    error: 'expected a minP that is not above maxP',
  });

/** One entry of WKHUB_WORKERS as it is written, with its niceness filled in. */
export type WorkerGroupEntry = Readonly<z.infer<typeof group>>;

/** The list of worker groups: that of pyLoadBalancer's WKHUB_WORKERS and a little more. */
export function workerGroupList(): Kind<readonly WorkerGroupEntry[]> {
  const expected = 'a JSON list of worker groups, such as [{"nWorkers": 4, "minP": 0, "maxP": 9}]';
  const schema = z
    .array(group, { error: `expected ${expected}` })
    .max(256, { error: 'expected at most 256 worker groups' })
    .refine((groups) => new Set(groups.map(groupName)).size === groups.length, {
      error: 'expected worker groups with names that differ',
    });
  return json(expected, schema);
}

/** The name of a group: its own, or `group-1` for the first of the list and so on. */
export function groupName({ name }: { readonly name?: string }, index: number): string {
  return name ?? `group-${index + 1}`;
}

/** An object that refuses unknown keys, and says which was probably meant. */
function strictGroup<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey(key, known)).join('; ')
        : 'expected a worker group, an object',
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const nearest = nearestWord(key, known);
  const help = nearest === undefined ? `known here are ${known.join(', ')}` : `did you mean "${nearest}"?`;
  return `unknown key "${key}": ${help}`;
}
