import { duration } from '@penstock/figures';
import type { TaskView } from '../cluster/balancer-api.js';
import { printedResult } from './result.js';

/** A task in lines. */
export function renderTask(task: TaskView): readonly string[] {
  const { taskId, name, userId, priority, state, progress, attempt, waitMs, runMs, worker, waitingFor } =
    task;
  const rows: (readonly [string, string])[] = [
    ['id', taskId],
    ['task', name],
    ['user', userId],
    ['priority', String(priority)],
    ['state', state === 'running' ? `running, ${Math.round(progress)} % done` : state],
    ...(waitingFor === undefined ? [] : [['waits', waitingFor] as const]),
    ['submitted', new Date(task.submittedAt).toISOString()],
    ...(waitMs === undefined ? [] : [['waited', duration(waitMs)] as const]),
    ...(runMs === undefined ? [] : [['ran', duration(runMs)] as const]),
    ...(worker === undefined ? [] : [['worker', `${worker}, attempt ${attempt}`] as const]),
  ];
  return [...rows.map(([field, value]) => `${field.padEnd(10)}${value}`), ...outcomeOf(task)];
}

function outcomeOf({ state, result, resultBase64, error }: TaskView): readonly string[] {
  if (error !== undefined)
    return [`${'error'.padEnd(10)}${error.stack ?? `${error.name}: ${error.message}`}`];
  if (state !== 'done') return [];
  const text = resultBase64 === undefined ? printedResult(result ?? null) : `${resultBase64} (base64)`;
  return [`${'result'.padEnd(10)}${String(text)}`];
}
