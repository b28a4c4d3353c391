import { PenstockError, type ErrorCode } from '@penstock/client';
import { CommandError } from '../command-error.js';
import { ExitCode } from '../exit-codes.js';

const exitCodes: Partial<Record<ErrorCode, ExitCode>> = {
  TASK_FAILED: ExitCode.failed,
  TASK_CANCELLED: ExitCode.failed,
  TASK_EXPIRED: ExitCode.failed,
  DEADLINE_EXCEEDED: ExitCode.timedOut,
  CONNECTION_LOST: ExitCode.unreachable,
  INVALID_NAME: ExitCode.usage,
  INVALID_USER: ExitCode.usage,
  INVALID_PRIORITY: ExitCode.usage,
  INVALID_TASK_ID: ExitCode.usage,
  INVALID_ADDRESS: ExitCode.usage,
  INVALID_RULES: ExitCode.usage,
};

/** What went wrong with a task, in the way of commands; anything else as it is. */
export function asCommandError(error: unknown): unknown {
  if (!(error instanceof PenstockError)) return error;
  return new CommandError(error.message, exitCodes[error.code] ?? ExitCode.refused, { cause: error });
}
