import type { Command } from 'commander';
import type { Host } from '../host.js';
import { renderWorkers } from '../views/workers.js';
import { balancerOf } from './balancer-of.js';
import { clientCommand } from './client-command.js';

/** `penstock workers`: every worker, and what it does. */
export function workersCommand(host: Host): Command {
  const command = clientCommand('workers', 'List the workers of all hubs, and what they do.', [
    'penstock workers',
    `penstock workers --json | jq '.[].groups[].workers[].name'`,
  ]).action(async ({ json }: { json: boolean }) => {
    const hubs = await (await balancerOf(command, host)).hubs();
    if (json) host.output.print(JSON.stringify(hubs));
    else if (hubs.length > 0) host.output.print(renderWorkers(hubs));
    else host.notes.print('No worker hub is connected: "penstock-worker-hub" starts one.');
  });
  return command;
}
