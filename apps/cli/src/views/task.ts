import { causeText, count, duration, storyOf } from '@penstock/figures';
import type { TaskView } from '../cluster/balancer-api.js';
import { printedResult } from './result.js';
import { wrap } from './wrap.js';

/** Terminals are at least that wide. */
const WIDTH = 80;
const FIELD = 12;
/** Of the story: the times, and the attempts. */
const AFTER = 13;
const ATTEMPT = 5;

/** A task in lines: what it is, what happened to it, and what came of it. */
export function renderTask(task: TaskView): readonly string[] {
  const fields = fieldsOf(task).flatMap(([name, value]) => field(name, wrap(value, WIDTH - FIELD)));
  return [...fields, ...storyIn(task), ...outcomeOf(task)];
}

function fieldsOf(task: TaskView): readonly (readonly [string, string])[] {
  const { taskId, name, userId, priority, state, progress, attempt, waitMs, runMs, worker } = task;
  const { cause, durability, failures, crashes, waitingFor, submittedAt } = task;
  return [
    ['id', taskId],
    ['task', name],
    ['user', userId],
    ['priority', String(priority)],
    ['state', state === 'running' ? `running, ${Math.round(progress)} % done` : state],
    ...optional('because', cause, causeText),
    ...optional('waits', waitingFor, String),
    ['submitted', iso(submittedAt)],
    ...optional('waited', waitMs, duration),
    ...optional('ran', runMs, duration),
    ...optional('worker', worker, (it) => `${it}, attempt ${attempt}`),
    ...optional('failures', failures, count),
    ...optional('losses', crashes, count),
    ...optional('kept', durability, (level) => (level === 'disk' ? 'on disk' : 'in memory')),
  ];
}

function optional<Value>(
  name: string,
  value: Value | undefined,
  show: (value: Value) => string,
): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, show(value)]];
}

function storyIn({ history = [] }: TaskView): readonly string[] {
  const indent = ' '.repeat(AFTER + ATTEMPT);
  return storyOf(history).flatMap(({ afterMs, attempt, text, error }, index) => {
    const after = index === 0 ? 'history' : `+ ${duration(afterMs)}`;
    const first = index === 0 ? after.padEnd(AFTER - 1) : after.padStart(AFTER - 1);
    const number = (attempt === undefined ? '' : `#${attempt}`).padEnd(ATTEMPT);
    const [head = '', ...more] = wrap(text, WIDTH - indent.length);
    const below = error === undefined ? more : [...more, ...wrap(error, WIDTH - indent.length)];
    return [`${first} ${number}${head}`.trimEnd(), ...below.map((line) => `${indent}${line}`)];
  });
}

function outcomeOf({ state, result, resultBase64, error }: TaskView): readonly string[] {
  if (error !== undefined) return field('error', [error.stack ?? `${error.name}: ${error.message}`]);
  if (state !== 'done') return [];
  if (result === undefined && resultBase64 === undefined) return field('result', ['(not kept any longer)']);
  const text = resultBase64 === undefined ? printedResult(result) : `${resultBase64} (base64)`;
  return field('result', [String(text)]);
}

function field(name: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `${(index === 0 ? name : '').padEnd(FIELD)}${line}`);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
