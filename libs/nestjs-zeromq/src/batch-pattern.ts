import { applyDecorators, UseFilters } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { Kind, kindNames } from '@penstock/protocol';
import { PenstockErrorFilter } from './penstock-error.filter.js';

/** What the patterns of batch handlers begin with; no control message reaches a handler of such a pattern. */
export const BATCH_PREFIX = 'batch.';

/** The pattern under which batches of a kind are handled. */
export function batchPatternOf(kind: number): string {
  return `${BATCH_PREFIX}${kindNames[kind] ?? kind}`;
}

/**
 * Marks the handler of all batches of a kind. Its data is the message's frames, its context a `ZmqContext`. The
 * transport awaits it before it reads the next message, so that batches keep their order: it must be quick. What it
 * throws is answered with `protocol.error`.
 *
 * @param transportId the strategy whose batches these are, in applications with several
 */
export function BatchPattern(
  kind: Exclude<Kind, typeof Kind.envelope>,
  transportId?: symbol,
): MethodDecorator {
  const pattern = batchPatternOf(kind);
  return applyDecorators(
    transportId === undefined ? MessagePattern(pattern) : MessagePattern(pattern, transportId),
    UseFilters(PenstockErrorFilter),
  );
}
