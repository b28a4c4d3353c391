import { Catch, type ArgumentsHost, type ExceptionFilter, type LoggerService } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { errorReply } from './error-reply.js';

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
    const { status, error, isFault } = errorReply(exception, this.program);
    if (isFault) this.logger.error(exception, 'HTTP');
    if (status === 429) reply.header('retry-after', '1');
    void reply.status(status).send({ error });
  }
}
