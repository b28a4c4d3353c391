import { mustHave, nameOf, RefusedError, type Access, type Caller, type Refusal } from '@penstock/access';
import { RateBudget, systemClock } from '@penstock/runtime';
import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { OriginCheck } from './origin-check.js';
import { needOf, type Policy } from './policy.js';
import { sessionIn } from './session-cookie.js';
import { callerOf, isCalledBy } from './who-calls.js';

/** How often requests that take long, such as streams of events, are asked again who has sent them. */
const RECHECK_MS = 5_000;
/** What proxies add to what they pass on. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];
/** What only looks. */
const readMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const ADDRESS_MAX = 128;

/** What a gate is made of. */
export interface GateOptions {
  readonly access: Access;
  readonly origins: OriginCheck;
  readonly policy: Policy;
  /** Requests that a token, with all of its sessions, may make in a second, on the average of ten. */
  readonly requestsPerSecond: number;
  /** Told who has changed what, and, at level `debug`, who has handed in what and who was refused. */
  readonly logger: LoggerService;
  /** What its lines begin with, such as `LB`. */
  readonly sign: string;
}

/** The one door of an HTTP interface. All that comes in passes here first, whoever serves it. */
export class Gate {
  /** Requests that were refused since the start, by why. */
  readonly refused = new Map<Refusal, number>();
  readonly access: Access;
  private readonly open = new Map<ServerResponse, Caller>();
  private readonly rate: RateBudget;
  private readonly timer = setInterval(() => this.recheck(), RECHECK_MS).unref();

  constructor(private readonly options: GateOptions) {
    this.access = options.access;
    this.rate = new RateBudget(systemClock, options.requestsPerSecond);
    this.access.onChanged(() => this.recheck());
  }

  /** Guards a server, which has no routes yet. One that the policy does not know cannot be declared. */
  guard(server: FastifyInstance): void {
    const { policy } = this.options;
    server.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) needOf(policy, each, url);
    });
    server.addHook('onRequest', async (request, reply) => this.admit(request, reply));
    server.addHook('onResponse', async (request, reply) => this.audit(request, reply));
    server.addHook('onClose', async () => this.close());
  }

  /** Counts a refusal: those of the gate itself, and of who checks more behind it. */
  count(error: unknown, request: FastifyRequest): void {
    if (!(error instanceof RefusedError)) return;
    this.refused.set(error.reason, (this.refused.get(error.reason) ?? 0) + 1);
    // Guessing is told until it must wait: so there are never many of these.
    const level = error.reason.startsWith('wrong_') ? 'warn' : 'debug';
    this.tell(level, `REFUSED ${whatIs(request)}: ${error.message}`);
  }

  /** @throws RefusedError */
  private admit(request: FastifyRequest, reply: FastifyReply): void {
    const { origins, policy } = this.options;
    origins.check(request);
    const need = request.is404 ? 'known' : needOf(policy, request.method, request.routeOptions.url ?? '');
    if (need === 'anyone') return;
    const caller = this.access.identify(this.credentialsIn(request));
    this.charge(caller);
    mustHave(caller, need);
    isCalledBy(request, caller);
    this.open.set(reply.raw, caller);
    reply.raw.once('close', () => this.open.delete(reply.raw));
  }

  /**
   * All that a token has opened shares its budget. Programs of this machine are trusted, and have none.
   *
   * @throws RefusedError `RATE_EXCEEDED`
   */
  private charge(caller: Caller): void {
    const payer = caller.tokenId ?? caller.sessionId;
    const retryAfterMs = payer === undefined ? 0 : this.rate.take(payer);
    if (retryAfterMs === 0) return;
    throw new RefusedError('rate', `${nameOf(caller)} makes more requests in a second than it may`, {
      details: { retryAfterMs },
    });
  }

  private credentialsIn(request: FastifyRequest) {
    const { headers } = request;
    return {
      token: /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1],
      session: sessionIn(request, this.access),
      isBrowser: headers.origin !== undefined || headers['sec-fetch-site'] !== undefined,
      isForwarded: proxyHeaders.some((name) => headers[name] !== undefined),
      address: addressOf(request),
    };
  }

  private audit(request: FastifyRequest, { statusCode }: FastifyReply): void {
    const caller = callerOf(request);
    if (caller === undefined || readMethods.has(request.method)) return;
    // Tasks are handed in all the time, and have histories of their own.
    const isSubmission = request.routeOptions.url === '/api/tasks';
    this.tell(isSubmission ? 'debug' : 'log', `AUDIT ${nameOf(caller)}: ${whatIs(request)}: ${statusCode}`);
  }

  private tell(level: 'debug' | 'log' | 'warn', line: string): void {
    const { logger, sign } = this.options;
    logger[level]?.(`${sign} - ${line}`);
  }

  /** Ends what goes on for somebody who is not let in any more. */
  private recheck(): void {
    for (const [response, caller] of this.open) {
      if (!this.access.isStillKnown(caller)) response.destroy();
    }
  }

  private close(): void {
    clearInterval(this.timer);
    this.access.close();
  }
}

/** From where a request comes: behind a proxy, what that says, together with which one says it. */
export function addressOf({ ip, headers }: Pick<FastifyRequest, 'ip' | 'headers'>): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').at(-1)?.trim();
  return forwarded ? `${forwarded.slice(0, ADDRESS_MAX)} by way of ${ip}` : ip;
}

/** A request in words, without its query, in which there may be anything. */
function whatIs(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0]?.slice(0, ADDRESS_MAX);
  return `${request.method} ${JSON.stringify(path)} from ${addressOf(request)}`;
}
