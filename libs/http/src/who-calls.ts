import type { Caller } from '@penstock/access';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const callers = new WeakMap<FastifyRequest, Caller>();

/** Notes who sent a request. */
export function isCalledBy(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Who sent a request; `undefined` at an address that is open to anyone, when that is nobody who is known. */
export function callerOf(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** A parameter of a controller's method: who calls it. At an address that is open to anyone it may be `undefined`. */
export const WhoCalls = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
