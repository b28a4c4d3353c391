import type { FailureReport } from '@penstock/protocol/wire';
import { inspect } from 'node:util';
import type { TaskIsolation } from './define-task.js';

/** Characters of each text of a report. */
const MESSAGE_MAX = 8_192;
const STACK_MAX = 16_384;

/**
 * What is told to the client of anything that a handler threw. Never throws, whatever was thrown.
 *
 * @param isolation what the handler's process is kept from, which may be why it threw
 */
export function failureReport(thrown: unknown, isolation: TaskIsolation = {}): FailureReport {
  try {
    if (!(thrown instanceof Error)) return { name: 'Error', message: cut(textOf(thrown), MESSAGE_MAX) };
    const { name, message, stack } = thrown;
    const { code } = thrown as { code?: unknown };
    return {
      name: cut(String(name), 256),
      message: cut(`${String(message)}${hint(thrown, isolation)}`, MESSAGE_MAX),
      ...(typeof stack === 'string' && { stack: cut(withCause(thrown, stack), STACK_MAX) }),
      ...((typeof code === 'string' || typeof code === 'number') && { code: cut(String(code), 256) }),
    };
  } catch {
    return { name: 'Error', message: 'the handler threw something that cannot be described' };
  }
}

/** Node.js and the system do not know why they refuse, and Node.js names a flag of its own, which nobody here has given. */
function hint(error: Error, { network, files }: TaskIsolation): string {
  if (codeOf(error) === 'ERR_ACCESS_DENIED') {
    return files === 'none'
      ? ' (this task has no files: its "isolation", or WKHUB_NO_FILES of its hub)'
      : ' (this worker is confined: WKHUB_READ, WKHUB_WRITE and WKHUB_ALLOW of its hub say what it may do)';
  }
  if (network !== 'none' || !(isOfNetwork(error) || isOfNetwork(error.cause))) return '';
  return ' (this task has no network: its "isolation", or WKHUB_NO_NETWORK of its hub)';
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | undefined)?.code;
}

const networkCodes: ReadonlySet<unknown> = new Set(
  'ENETUNREACH ENETDOWN EHOSTUNREACH EADDRNOTAVAIL EAI_AGAIN EAI_FAIL ENOTFOUND ECONNREFUSED'.split(' '),
);

function isOfNetwork(error: unknown): boolean {
  return networkCodes.has(codeOf(error));
}

function textOf(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 4, breakLength: Infinity });
}

function withCause(error: Error, stack: string): string {
  return error.cause instanceof Error
    ? `${stack}\n[cause]: ${error.cause.stack ?? error.cause.message}`
    : stack;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max)}…`;
}
