import { asCommandError } from '../cluster/task-errors.js';
import { withTaskClient } from '../cluster/task-connection.js';
import { followTask, untilAccepted, type FollowOptions } from '../cluster/follow-task.js';
import type { Command } from 'commander';
import type { Host } from '../host.js';
import { asDuration, asNumber } from '../input/arguments.js';
import { deliveryOf, takesKey, takesSubmission, type SubmissionFlags } from '../input/delivery.js';
import { readPayload } from '../input/payload.js';
import { printedResult, resultField } from '../views/result.js';
import { clientCommand, placesOf } from './client-command.js';

interface SubmitFlags extends FollowOptions, SubmissionFlags {
  readonly user?: string;
  readonly priority?: number;
  readonly wait: boolean;
  readonly json: boolean;
}

/** `penstock submit`: one task. */
export function submitCommand(host: Host): Command {
  const command = clientCommand('submit', 'Hand in a task; with --wait, wait for its result and print it.', [
    `penstock submit HELLO '{"firstName":"John","lastName":"Doe"}' --wait`,
    `echo '{"below":1000000}' | penstock submit primes - --user mary --wait --timeout 1m`,
    `penstock submit primes '{"below":1000000}' --max-attempts 5 --backoff exponential:1s:1m --deadline 1h`,
    `penstock submit HELLO '{"firstName":"John","lastName":"Doe"}' --key 'greet John' --run-at 2030-01-01T08:00:00Z`,
  ])
    .argument('<name>', 'which task, such as HELLO')
    .argument('[payload]', 'its input as JSON, or - to read that from the standard input; default: null')
    .option('-u, --user <name>', 'for whom it is: users share the workers fairly; default: anonymous')
    .option('--priority <number>', "higher goes first among a user's tasks; default: 0", asNumber)
    .option('-w, --wait', 'wait until it has ended', false)
    .option(
      '--timeout <duration>',
      'wait no longer than this; the task goes on, and the exit code is 124',
      asDuration,
    )
    .action(async (name: string, typed: string | undefined, flags: SubmitFlags) => {
      const values = placesOf(command, host);
      const payload = await readPayload(typed, host.input);
      const { user, priority, wait, json, timeout } = flags;
      await withTaskClient(values, host, async (client, signal) => {
        const task = client.submit(name, payload, {
          ...(user === undefined ? {} : { userId: user }),
          ...(priority === undefined ? {} : { priority }),
          ...deliveryOf(flags),
        });
        const { durability, known } = await untilAccepted(task, signal);
        if (!wait) {
          host.output.print(json ? JSON.stringify({ taskId: task.id, durability, known }) : task.id);
          return;
        }
        const options = { ...(timeout === undefined ? {} : { timeout }) };
        const { id } = task;
        try {
          const result = await followTask(task, host, options, signal);
          if (!json) host.output.write(printedResult(result));
          else {
            const { worker, attempt, waitMs, runMs } = task.outcome ?? {};
            const run = { worker, attempt, waitMs, runMs };
            host.output.print(JSON.stringify({ taskId: id, state: 'done', ...resultField(result), ...run }));
          }
        } catch (error) {
          const { outcome } = task;
          if (json && outcome?.ok === false) {
            const { code, message, details } = outcome.error;
            host.output.print(
              JSON.stringify({ taskId: id, state: stateOf(code), error: { code, message, details } }),
            );
          }
          throw asCommandError(error);
        }
      });
    });
  return takesKey(takesSubmission(command));
}

function stateOf(code: string): string {
  return code.replace(/^TASK_/, '').toLowerCase();
}
