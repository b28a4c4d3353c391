import { count } from '@penstock/figures';
import type { Command } from 'commander';
import { deadStates } from '../cluster/balancer-api.js';
import type { Host } from '../host.js';
import { asCount } from '../input/arguments.js';
import { filterOf, takesDeadFilter, type DeadFlags } from '../input/dead-tasks.js';
import { renderDead } from '../views/dead.js';
import { balancerOf } from './balancer-of.js';
import { clientCommand } from './client-command.js';

interface Flags extends DeadFlags {
  readonly limit: number;
  readonly json: boolean;
}

/** `penstock dead`: tasks that ended without a result. */
export function deadCommand(host: Host): Command {
  const command = clientCommand(
    'dead',
    'List tasks that ended without a result, the last one first: failed, expired, cancelled.',
    ['penstock dead', 'penstock dead --name CHARGE --state failed --json | jq -r ".[].taskId"'],
  ).action(async ({ json, limit, ...filter }: Flags) => {
    const api = await balancerOf(command, host);
    const states = filter.state === undefined ? deadStates : [filter.state];
    const lists = await Promise.all(states.map((state) => api.tasks({ ...filterOf(filter), state }, limit)));
    const tasks = lists
      .flat()
      .toSorted((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0))
      .slice(0, limit);
    if (json) {
      host.output.print(JSON.stringify(tasks));
      return;
    }
    if (tasks.length === 0) {
      host.notes.print('No task that is known is dead.');
      return;
    }
    host.output.print(renderDead(tasks, Date.now()));
    const shown = tasks.length === limit ? `The last ${count(limit)} (--limit): ` : '';
    host.notes.print(
      `${shown}"penstock get <id>" says what happened, "penstock rerun <id>" runs one again, "penstock rerun --all" all.`,
    );
  });
  return takesDeadFilter(command).option('--limit <count>', 'so many at most', asCount, 100);
}
