import { Option, type Command } from 'commander';
import { deadStates, type DeadState, type TaskFilter } from '../cluster/balancer-api.js';

/** Which dead tasks, as it was typed. */
export interface DeadFlags {
  readonly name?: string;
  readonly user?: string;
  readonly state?: DeadState;
}

/** Lets a command narrow down which dead tasks it is about. */
export function takesDeadFilter(command: Command): Command {
  return command
    .option('--name <task>', 'only those of this task name')
    .option('-u, --user <name>', 'only those of this user')
    .addOption(new Option('--state <state>', 'only those that ended so').choices(deadStates));
}

/** The filter that was typed, as the balancer takes it. */
export function filterOf({ name, user, state }: DeadFlags): TaskFilter {
  return {
    ...(state === undefined ? {} : { state }),
    ...(name === undefined ? {} : { name }),
    ...(user === undefined ? {} : { userId: user }),
  };
}
