import { Controller, Get, Inject, Res, ServiceUnavailableException, Sse } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorFunction,
} from '@nestjs/terminus';
import type { HealthVerdict } from '@penstock/protocol';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Rounds } from '../rounds.js';

/** The verdict, for machines, and whether the health check itself is well. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(Rounds) private readonly rounds: Rounds,
    @Inject(HealthCheckService) private readonly checks: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
  ) {}

  /** Each component up or down; 503 when one is down. */
  @Get()
  @HealthCheck()
  health(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    const { components } = this.rounds.verdict;
    return this.check(
      reply,
      components.map(({ kind, name, state, message, since, hub }) => () => {
        const key = hub === undefined ? kind : `${kind} ${name} (${hub.host}, pid ${hub.pid})`;
        const indicator = this.indicators.check(key);
        const details = { state, message, since };
        return state === 'down' ? indicator.down(details) : indicator.up(details);
      }),
    );
  }

  /** The process answers. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It has probed everything at least once. */
  @Get('ready')
  @HealthCheck()
  ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    return this.check(reply, [
      () => {
        const { rounds } = this.rounds.counts;
        const indicator = this.indicators.check('rounds');
        return rounds > 0 ? indicator.up({ rounds }) : indicator.down({ rounds });
      },
    ]);
  }

  @Get('verdict')
  verdict(): HealthVerdict {
    return this.rounds.verdict;
  }

  /** The verdict now, and after each round. */
  @Sse('events')
  events(): Observable<{ type: string; data: HealthVerdict }> {
    return this.rounds.verdicts.pipe(map((data) => ({ type: 'verdict', data })));
  }

  /** Terminus throws what is not well: it is an answer all the same. */
  private async check(
    reply: FastifyReply,
    indicators: readonly HealthIndicatorFunction[],
  ): Promise<HealthCheckResult> {
    try {
      return await this.checks.check([...indicators]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      reply.status(503);
      return error.getResponse() as HealthCheckResult;
    }
  }
}
