import type { Parameter } from '../parameter.js';
import { addresses } from './addresses.js';
import { durability } from './durability.js';
import { healthCheck } from './health-check.js';
import { http } from './http.js';
import { liveness } from './liveness.js';
import { logging } from './logging.js';
import { monitor } from './monitor.js';
import { queue } from './queue.js';
import { retention } from './retention.js';
import { security } from './security.js';
import { seed } from './seed.js';
import { workerHub } from './worker-hub.js';

/** Every parameter of Penstock by its name. What is not here is refused. */
export const parameterTable = {
  ...addresses,
  ...security,
  ...http,
  ...queue,
  ...durability,
  ...retention,
  ...liveness,
  ...logging,
  ...workerHub,
  ...healthCheck,
  ...monitor,
  ...seed,
} as const satisfies Readonly<Record<string, Parameter>>;

/** The name of a parameter, the same in files, in the environment and in code. */
export type ParameterName = keyof typeof parameterTable;

/** Every name, in the order of the table. */
export const parameterNames = Object.keys(parameterTable) as readonly ParameterName[];

/** The table cut into the chapters in which help texts show it. */
export const chapters: ReadonlyMap<string, readonly ParameterName[]> = new Map([
  ['Addresses and ports', names(addresses)],
  ['Who may come in', names(security)],
  ['Who is let in over HTTP', names(http)],
  ['Bounds of the queue', names(queue)],
  ['What survives what', names(durability)],
  ['What is kept, and for how long', names(retention)],
  ['Liveness', names(liveness)],
  ['Logs', names(logging)],
  ['Worker hub', names(workerHub)],
  ['Health check', names(healthCheck)],
  ['Monitor', names(monitor)],
  ['Accepted without use', names(seed)],
]);

/** The entry of a parameter, when its exact type does not matter. */
export function parameterOf(name: ParameterName): Parameter {
  return parameterTable[name];
}

/** Whether a word is the name of a parameter. */
export function isParameterName(word: string): word is ParameterName {
  return Object.hasOwn(parameterTable, word);
}

function names<T extends Partial<Record<ParameterName, Parameter>>>(chapter: T): readonly ParameterName[] {
  return Object.keys(chapter) as ParameterName[];
}
