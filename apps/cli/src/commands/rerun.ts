import { count } from '@penstock/figures';
import type { Command } from 'commander';
import type { BalancerApi, RerunChanges } from '../cluster/balancer-api.js';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { asNumber } from '../input/arguments.js';
import { filterOf, takesDeadFilter, type DeadFlags } from '../input/dead-tasks.js';
import { rulesOf, takesDelivery, type DeliveryFlags } from '../input/delivery.js';
import { readPayload } from '../input/payload.js';
import { balancerOf } from './balancer-of.js';
import { clientCommand } from './client-command.js';

/** The balancer runs no more again at a time. */
const AT_ONCE = 10_000;

interface Flags extends DeadFlags, DeliveryFlags {
  readonly all?: true;
  readonly payload?: string;
  readonly priority?: number;
  readonly json: boolean;
}

/** `penstock rerun`: runs dead tasks again. */
export function rerunCommand(host: Host): Command {
  const command = clientCommand(
    'rerun',
    'Run tasks again that ended without a result, under their ids: some by id, or all that match.',
    [
      'penstock rerun 019ab2c4-5d6e-7abc-8def-0123456789ab',
      `penstock rerun 019ab2c4-5d6e-7abc-8def-0123456789ab --payload '{"cents":1200}' --max-attempts 3`,
      'penstock rerun --all --name CHARGE --state failed',
    ],
  )
    .argument('[ids...]', 'their ids, as "penstock dead" lists them')
    .option('--all', `instead of ids: all that are dead and match, the oldest ${count(AT_ONCE)} at most`)
    .option('--payload <json>', 'another payload, or - to read that from the standard input')
    .option('--priority <number>', 'another priority', asNumber)
    .action(async (ids: readonly string[], flags: Flags) => {
      mustBeOneWay(ids, flags);
      const api = await balancerOf(command, host);
      if (flags.all) await runAll(api, flags, host);
      else await runEach(api, ids, await changesOf(flags, host), flags.json, host);
    });
  return takesDelivery(takesDeadFilter(command));
}

/** @throws CommandError when it is not plain which tasks are meant, or to what changes apply */
function mustBeOneWay(ids: readonly string[], flags: Flags): void {
  const { all = false, payload, priority } = flags;
  const isChanged = payload !== undefined || priority !== undefined || Object.keys(rulesOf(flags)).length > 0;
  const isFiltered = Object.keys(filterOf(flags)).length > 0;
  if (all === ids.length > 0) throw wrong('say which tasks: ids, or --all');
  if (all && isChanged) throw wrong('with --all, tasks are run again as they were: changes need ids');
  if (!all && isFiltered) throw wrong('--name, --user and --state narrow --all down, not ids');
}

function wrong(message: string): CommandError {
  return new CommandError(message, ExitCode.usage);
}

async function changesOf(flags: Flags, { input }: Host): Promise<RerunChanges> {
  const { payload, priority } = flags;
  return {
    ...rulesOf(flags),
    ...(priority === undefined ? {} : { priority }),
    ...(payload === undefined ? {} : { payload: await readPayload(payload, input) }),
  };
}

async function runEach(
  api: BalancerApi,
  ids: readonly string[],
  changes: RerunChanges,
  json: boolean,
  { output }: Host,
): Promise<void> {
  const refusals: string[] = [];
  for (const id of ids) {
    try {
      const { state } = await api.rerun(id, changes);
      output.print(json ? JSON.stringify({ taskId: id, state }) : `${id} is ${state} again`);
    } catch (error) {
      // One that is not dead keeps nobody from running the others again.
      if (!(error instanceof CommandError) || error.exitCode !== ExitCode.refused) throw error;
      refusals.push(`${id}: ${error.message}`);
    }
  }
  if (refusals.length > 0) throw new CommandError(refusals.join('\n'), ExitCode.refused);
}

async function runAll(api: BalancerApi, flags: Flags, { output, notes }: Host): Promise<void> {
  const reply = await api.rerunMany(filterOf(flags), AT_ONCE);
  const { rerun, refused } = reply;
  output.print(flags.json ? JSON.stringify(reply) : `${count(rerun)} run again`);
  if (rerun === AT_ONCE) notes.print('There may be more of them: the same command runs those again.');
  if (refused === undefined) return;
  throw new CommandError(
    `${count(refused.count)} could not be run again: ${refused.error.message}`,
    ExitCode.refused,
  );
}
