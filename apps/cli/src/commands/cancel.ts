import type { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';
import type { Host } from '../host.js';
import { balancerOf } from './balancer-of.js';
import { clientCommand } from './client-command.js';

const meanings: Readonly<Record<string, string>> = {
  queued: 'was queued, and is cancelled',
  running: 'runs; its worker was told to end it',
  finished: 'had ended; its result is dropped',
};

/** `penstock cancel`: ends tasks. */
export function cancelCommand(host: Host): Command {
  const command = clientCommand('cancel', 'Cancel tasks, wherever they are.', [
    'penstock cancel 019ab2c4-5d6e-7abc-8def-0123456789ab',
  ])
    .argument('<ids...>', 'their ids, as submit has printed them')
    .action(async (ids: readonly string[], { json }: { json: boolean }) => {
      const api = await balancerOf(command, host);
      const refusals: string[] = [];
      for (const id of ids) {
        try {
          const { from } = await api.cancel(id);
          host.output.print(json ? JSON.stringify({ taskId: id, from }) : `${id} ${meanings[from] ?? from}`);
        } catch (error) {
          // One that is not known keeps nobody from cancelling the others.
          if (!(error instanceof CommandError) || error.exitCode !== ExitCode.refused) throw error;
          refusals.push(error.message);
        }
      }
      if (refusals.length > 0) throw new CommandError(refusals.join('\n'), ExitCode.refused);
    });
  return command;
}
