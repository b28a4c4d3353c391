import type { Command } from 'commander';
import type { Host } from '../host.js';
import { renderStats } from '../views/stats.js';
import { balancerOf } from './balancer-of.js';
import { clientCommand } from './client-command.js';

/** `penstock stats`: figures since the balancer started. */
export function statsCommand(host: Host): Command {
  const command = clientCommand('stats', 'Show figures of the queue and of each task name.', [
    'penstock stats',
    `penstock stats --json | jq .queued`,
  ]).action(async ({ json }: { json: boolean }) => {
    const stats = await (await balancerOf(command, host)).stats();
    if (json) host.output.print(JSON.stringify(stats));
    else for (const line of renderStats(stats)) host.output.print(line);
  });
  return command;
}
