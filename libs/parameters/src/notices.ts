import type { App } from './app.js';
import { isLoopback } from './loopback.js';
import { isUsedBy } from './parameter.js';
import { parameterOf, type ParameterName } from './table/table.js';
import { describeSource, type Given, type ParameterValues } from './values.js';

/** Lines about what was given and is right, but perhaps not what was meant. */
export function noticesOf(
  app: App,
  given: ReadonlyMap<ParameterName, Given>,
  values: ParameterValues,
): readonly string[] {
  return [
    ...[...given].flatMap(([name, { source }]) => withoutUse(app, name, source)),
    ...unreachable(app, given, values),
  ];
}

function withoutUse(app: App, name: ParameterName, source: Given['source']): readonly string[] {
  const entry = parameterOf(name);
  const subject = `${name} (${describeSource(source)})`;
  if (entry.unused !== undefined) return [`${subject} is accepted but has no use: ${entry.unused}`];
  // Files and environments are shared by all parts; a flag is for this one.
  const misplaced = source.kind === 'command line' && !isUsedBy(entry, app);
  return misplaced ? [`${subject} has no use here: it is for ${entry.usedBy.join(', ')}`] : [];
}

/**
 * pyLoadBalancer binds the address that others dial. Here these are two, so a file that puts the balancer on a
 * network there leaves it on the loopback here.
 */
function unreachable(
  app: App,
  given: ReadonlyMap<ParameterName, Given>,
  { LB_IP, LB_BIND }: ParameterValues,
): readonly string[] {
  const binds = app === 'balancer' || app === 'launcher';
  if (!binds || given.has('LB_BIND') || isLoopback(LB_IP)) return [];
  return [
    `LB_IP = ${LB_IP} is the address that others dial, but the balancer listens on ${LB_BIND} alone: set LB_BIND to that address or to 0.0.0.0 to let other machines in`,
  ];
}
