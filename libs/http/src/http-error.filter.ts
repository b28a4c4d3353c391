import { Catch, type ArgumentsHost, type ExceptionFilter, type LoggerService } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorReply } from './error-reply.js';
import type { Gate } from './gate.js';

/** Every error leaves as `{ "error": { code, message, retryable, details? } }` with the status that goes with it. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  /**
   * @param logger told of what is a fault of the program
   * @param program its name in the answer to such a fault, such as `the balancer`
   * @param gate counts what was refused
   */
  constructor(
    private readonly logger: LoggerService,
    private readonly program: string,
    private readonly gate: Pick<Gate, 'count'>,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    this.gate.count(exception, http.getRequest<FastifyRequest>());
    const { status, error, headers, isFault } = errorReply(exception, this.program);
    if (isFault) this.logger.error(exception, 'HTTP');
    void reply.status(status).headers(headers).send({ error });
  }
}
