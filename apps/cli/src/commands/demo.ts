import type { LoadedParameters } from '@penstock/parameters';
import { Command } from 'commander';
import { resolve } from 'node:path';
import { ownToken } from '../cluster/own-token.js';
import { ExitCode } from '../exit-codes.js';
import { runDemo } from '../demo/demo.js';
import type { Totals } from '../demo/tally.js';
import { calledAs, type Host } from '../host.js';
import { BalancerHttp } from '../launch/balancer-http.js';
import { httpUrl } from '../launch/local-parameters.js';
import { runningParts } from '../launch/part-name.js';
import { StopRequest } from '../launch/stop-signals.js';
import { withCluster } from '../launch/with-cluster.js';
import { stoppable } from '../stop.js';
import { parametersOf, takesParameters } from './parameters.js';

interface DemoFlags {
  readonly folder: string;
  readonly json: boolean;
}

/** `penstock demo`: the demonstration alone, on the balancer that runs, or on one that is started for it. */
export function demoCommand(host: Host): Command {
  const command = new Command('demo')
    .description('Count the words of every README, CHANGELOG and LICENSE in a folder, a task for each.')
    .option('--folder <path>', 'where to look for files', 'node_modules')
    .option('--json', 'print the totals as JSON, and the rest to stderr', false)
    .action(async ({ folder, json }: DemoFlags) => {
      try {
        const totals = await demonstrate(parametersOf(command, host), host, resolve(host.cwd, folder));
        if (json) process.stdout.write(`${JSON.stringify(totals)}\n`);
        process.exitCode = totals.failed === 0 ? 0 : 1;
      } catch (error) {
        if (!(error instanceof StopRequest)) throw error;
        process.exitCode = ExitCode.interrupted;
      }
    });
  return takesParameters(command);
}

/** A demonstration leaves nothing behind, and does not run what somebody else has left. */
const inMemory = { PENSTOCK_DATA: 'none' };

async function demonstrate(loaded: LoadedParameters, host: Host, folder: string): Promise<Totals> {
  const http = new BalancerHttp(httpUrl(loaded.values), await ownToken(loaded.values, host));
  if (!(await http.isReady())) {
    host.terminal.print(`No balancer answers at ${http.url}: starting one for the demonstration.`);
    return withCluster(loaded, host, runningParts, calledAs(host, 'demo'), inMemory, (cluster, signal) =>
      runDemo({ host, http: cluster.http, parameters: cluster.parameters.values, folder, signal }),
    );
  }
  return stoppable((signal) => runDemo({ host, http, parameters: loaded.values, folder, signal }));
}
