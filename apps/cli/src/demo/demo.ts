import { TaskClient, type TaskContract } from '@penstock/client';
import type { ParameterValues } from '@penstock/parameters';
import { relative } from 'node:path';
import { CommandError } from '../command-error.js';
import type { Host } from '../host.js';
import type { BalancerHttp } from '../launch/balancer-http.js';
import { findPlace, type Place } from './place.js';
import { renderFailures, renderReport } from './report.js';
import { Tally, type Count, type Totals } from './tally.js';
import { findTexts } from './texts.js';

const TASK = 'wordcount';
/** Tasks under way for each worker: enough that none waits for the next. */
const TASKS_PER_WORKER = 16;

interface DemoTasks {
  readonly [TASK]: TaskContract<{ readonly path: string }, Count>;
}

/** What a demonstration needs. */
export interface DemoOptions {
  readonly host: Host;
  readonly http: BalancerHttp;
  readonly parameters: Pick<ParameterValues, 'LB_IP' | 'LB_CLIENTPULLPORT' | 'PENSTOCK_KEY'>;
  /** Where to look for files; an absolute path. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Counts the words of every README, CHANGELOG and LICENSE in a folder, a task for each, and shows how that goes.
 *
 * @throws CommandError when there is nothing to count or nobody to do it; the signal's reason when that is aborted
 */
export async function runDemo({ host, http, parameters, folder, signal }: DemoOptions): Promise<Totals> {
  const { terminal, cwd } = host;
  const paths = await findTexts(folder);
  if (paths.length === 0) throw new CommandError(`no README, CHANGELOG or LICENSE was found in ${folder}`);
  const place = findPlace(TASK, await http.hubs());
  if (place === undefined) throw new CommandError(`no worker knows the task ${TASK}`);

  const near = relative(cwd, folder);
  const where = near.startsWith('..') ? folder : near;
  terminal.print(`Counting the words of ${paths.length} files in ${where}, a task for each:`);
  const startedAt = performance.now();
  const tally = await count(paths, place, { host, parameters, signal });
  const totals = tally.totals(performance.now() - startedAt);
  for (const line of [renderReport(totals), ...renderFailures(tally.failures)]) terminal.print(line);
  return totals;
}

/** Counts files, a task for each. */
async function count(
  paths: readonly string[],
  { workers, priority }: Place,
  { host, parameters, signal }: Pick<DemoOptions, 'host' | 'parameters' | 'signal'>,
): Promise<Tally> {
  const { LB_IP: balancer, LB_CLIENTPULLPORT: port, PENSTOCK_KEY: key } = parameters;
  const client = new TaskClient<DemoTasks>({ host: balancer, port, ...(key === undefined ? {} : { key }) });
  const close = (): void => void client.close();
  signal.addEventListener('abort', close);
  const progress = host.terminal.progress(TASK, paths.length);
  const tally = new Tally();
  const payloads = paths.map((path) => ({ path }));
  const options = { concurrency: TASKS_PER_WORKER * workers, userId: 'demo', priority };
  try {
    for await (const outcome of client.map(TASK, payloads, options)) {
      if (outcome.ok) tally.add(outcome.value, outcome.worker ?? 'unknown');
      else tally.fail(outcome.payload.path, outcome.error.message);
      progress.advance();
    }
    return tally;
  } catch (error) {
    // An aborted signal has closed the client, which ends the loop.
    throw signal.aborted ? signal.reason : error;
  } finally {
    progress.end();
    signal.removeEventListener('abort', close);
    await client.close();
  }
}
