import type { FailureReport } from '@penstock/protocol/wire';
import { inspect } from 'node:util';

/** Characters of each text of a report. */
const MESSAGE_MAX = 8_192;
const STACK_MAX = 16_384;

/** What is told to the client of anything that a handler threw. Never throws, whatever was thrown. */
export function failureReport(thrown: unknown): FailureReport {
  try {
    if (!(thrown instanceof Error)) return { name: 'Error', message: cut(textOf(thrown), MESSAGE_MAX) };
    const { name, message, stack } = thrown;
    const { code } = thrown as { code?: unknown };
    return {
      name: cut(String(name), 256),
      message: cut(code === 'ERR_ACCESS_DENIED' ? denied(message) : String(message), MESSAGE_MAX),
      ...(typeof stack === 'string' && { stack: cut(withCause(thrown, stack), STACK_MAX) }),
      ...((typeof code === 'string' || typeof code === 'number') && { code: cut(String(code), 256) }),
    };
  } catch {
    return { name: 'Error', message: 'the handler threw something that cannot be described' };
  }
}

/** Node.js names a flag of its own, which nobody here has given. */
function denied(message: string): string {
  return `${message} (this worker is confined: WKHUB_READ, WKHUB_WRITE and WKHUB_ALLOW of its hub say what it may do)`;
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
