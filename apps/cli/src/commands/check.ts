import { duration } from '@penstock/figures';
import type { Command } from 'commander';
import type { Host } from '../host.js';
import { clientCommand, placesOf } from './client-command.js';

/** `penstock check`: whether a balancer answers. */
export function checkCommand(host: Host): Command {
  const command = clientCommand(
    'check',
    'Say whether a balancer answers on its control port, and which; the exit code is 3 when none does.',
    ['penstock check', 'penstock check --lb-ip 192.0.2.10 --json'],
  ).action(async ({ json }: { json: boolean }) => {
    const values = placesOf(command, host);
    // What it needs is slow to load, and of use here alone.
    const { checkBalancer } = await import('../cluster/control-port.js');
    const checked = await checkBalancer(values);
    const { endpoint, version, pid, uptimeMs, node } = checked;
    host.output.print(
      json
        ? JSON.stringify(checked)
        : `Penstock ${version} answers at ${endpoint}: pid ${pid}, up for ${duration(uptimeMs)}, on Node.js ${node}`,
    );
  });
  return command;
}
