import { HttpException } from '@nestjs/common';
import { PenstockError, type ErrorCode, type WireError } from '@penstock/protocol';

/** Statuses of codes that are not plain bad requests. */
const statuses: Partial<Record<ErrorCode, number>> = {
  NOT_DEAD: 409,
  KEY_CONFLICT: 409,
  JOURNAL_FULL: 507,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  TASK_UNKNOWN: 404,
  ID_CONFLICT: 409,
  TOO_LARGE: 413,
  QUOTA_EXCEEDED: 429,
  QUEUE_FULL: 429,
  WINDOW_EXCEEDED: 429,
  TOO_MANY_USERS: 429,
  TOO_MANY_ATTEMPTS: 429,
  RATE_EXCEEDED: 429,
  SHUTTING_DOWN: 503,
  INTERNAL: 500,
};

/** What an error is told as. */
export interface ErrorReply {
  readonly status: number;
  readonly error: WireError;
  /** What the status asks for: how to say who one is, when to come again. */
  readonly headers: Readonly<Record<string, string>>;
  /** It is a fault of the program, which its log should say more of. */
  readonly isFault: boolean;
}

/**
 * What to answer to an error: its status, and what goes out as `{ "error": { code, message, retryable, details? } }`.
 *
 * @param program its name in the answer to a fault of its own, such as `the balancer`
 */
export function errorReply(exception: unknown, program: string): ErrorReply {
  if (exception instanceof PenstockError) {
    return replyOf(statusOf(exception.code), exception.toWire(), false);
  }
  const status = statusIn(exception);
  if (status !== undefined && status < 500) {
    const code = status === 404 ? 'NOT_FOUND' : status === 413 ? 'TOO_LARGE' : 'INVALID_MESSAGE';
    return replyOf(status, new PenstockError(code, (exception as Error).message).toWire(), false);
  }
  const error = new PenstockError('INTERNAL', `a fault of ${program}; its log says more`).toWire();
  return replyOf(500, error, true);
}

function replyOf(status: number, error: WireError, isFault: boolean): ErrorReply {
  return { status, error, isFault, headers: headersOf(status, error) };
}

function headersOf(status: number, { details }: WireError): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer realm="Penstock"' };
  if (status !== 429) return {};
  const waitMs = Number(details?.['retryAfterMs'] ?? 0);
  return { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) };
}

/** The HTTP status that goes with a code. */
function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 400;
}

/** Fastify's own errors (a body that is no JSON, too large, …) and Nest's carry a status. */
function statusIn(exception: unknown): number | undefined {
  if (exception instanceof HttpException) return exception.getStatus();
  if (!(exception instanceof Error) || !('statusCode' in exception)) return undefined;
  return typeof exception.statusCode === 'number' ? exception.statusCode : undefined;
}
