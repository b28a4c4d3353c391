import {
  Catch,
  HttpException,
  type ArgumentsHost,
  type ExceptionFilter,
  type LoggerService,
} from '@nestjs/common';
import { PenstockError, type ErrorCode, type WireError } from '@penstock/protocol';
import type { FastifyReply } from 'fastify';

/** Statuses of codes that are not plain bad requests. */
const statuses: Partial<Record<ErrorCode, number>> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  TASK_UNKNOWN: 404,
  ID_CONFLICT: 409,
  TOO_LARGE: 413,
  QUOTA_EXCEEDED: 429,
  QUEUE_FULL: 429,
  WINDOW_EXCEEDED: 429,
  TOO_MANY_USERS: 429,
  SHUTTING_DOWN: 503,
  INTERNAL: 500,
};

/** Every error leaves as `{ "error": { code, message, retryable, details? } }` with the status that goes with it. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  /**
   * @param logger told of what is a fault of the program
   * @param program its name in the answer to such a fault, such as `the balancer`
   */
  constructor(
    private readonly logger: LoggerService,
    private readonly program: string,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, error } = this.describe(exception);
    if (status === 429) reply.header('retry-after', '1');
    void reply.status(status).send({ error });
  }

  private describe(exception: unknown): { status: number; error: WireError } {
    if (exception instanceof PenstockError) {
      return { status: statusOf(exception.code), error: exception.toWire() };
    }
    const status = statusIn(exception);
    if (status !== undefined && status < 500) {
      const code = status === 404 ? 'NOT_FOUND' : status === 413 ? 'TOO_LARGE' : 'INVALID_MESSAGE';
      return { status, error: new PenstockError(code, (exception as Error).message).toWire() };
    }
    this.logger.error(exception, 'HTTP');
    return {
      status: 500,
      error: new PenstockError('INTERNAL', `a fault of ${this.program}; its log says more`).toWire(),
    };
  }
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
