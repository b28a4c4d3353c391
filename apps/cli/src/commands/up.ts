import { Command } from 'commander';
import { once } from 'node:events';
import { join } from 'node:path';
import { BalancerApi } from '../cluster/balancer-api.js';
import { CommandError } from '../command-error.js';
import { runDemo } from '../demo/demo.js';
import { calledAs, type Host } from '../host.js';
import type { Cluster } from '../launch/cluster.js';
import { callNode, howToSubmit } from '../launch/how-to-submit.js';
import { loginUrl } from '../launch/local-parameters.js';
import { allParts } from '../launch/part-name.js';
import { StopRequest } from '../launch/stop-signals.js';
import { withCluster } from '../launch/with-cluster.js';
import { parametersOf, takesParameters } from './parameters.js';

/** `penstock up`: all of Penstock on this machine, and a demonstration of it. */
export function upCommand(host: Host): Command {
  const command = new Command('up')
    .description('Start all of Penstock on this machine, show what it does, and stay up.')
    .option('--no-demo', 'start without the demonstration')
    .action(async ({ demo }: { demo: boolean }) => {
      const loaded = parametersOf(command, host);
      try {
        await withCluster(loaded, host, allParts, calledAs(host, 'up'), {}, async (cluster, signal) => {
          if (demo) await demonstrate(cluster, host, signal);
          const node = callNode(host.cwd);
          const { values } = cluster.parameters;
          for (const line of howToSubmit(values, await pageFor(cluster), node)) host.terminal.print(line);
          if (!signal.aborted) await once(signal, 'abort');
          signal.throwIfAborted();
        });
      } catch (error) {
        // It was asked to stop, and has.
        if (!(error instanceof StopRequest)) throw error;
      }
    });
  return takesParameters(command);
}

/** Penstock is of use without the demonstration: whatever keeps that from running is told, and no more. */
async function demonstrate(cluster: Cluster, host: Host, signal: AbortSignal): Promise<void> {
  const { http, parameters } = cluster;
  const folder = join(host.cwd, 'node_modules');
  host.terminal.print(`Watch it in a browser, the demonstration first: ${await pageFor(cluster)}`);
  try {
    await runDemo({ host, http, parameters: parameters.values, folder, signal });
  } catch (error) {
    if (!(error instanceof CommandError) || signal.aborted) throw error;
    host.terminal.print(`No demonstration: ${error.message}.`);
  }
}

/** A link to the page that signs a browser in, once. */
async function pageFor({ http: { url, token }, parameters: { values } }: Cluster): Promise<string> {
  return loginUrl(values, (await new BalancerApi(url, token).invite(undefined)).code);
}
