import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Engine } from '@penstock/engine';
import { Readiness } from './readiness.js';

/** Whether the balancer lives, and whether it takes tasks. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  @ApiResponse({ status: 200 })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'All ports are bound and tasks are taken' })
  @ApiResponse({ status: 200 })
  @ApiResponse({ status: 503, description: 'It is starting or stopping' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): { status: string; hubs: number } {
    const { state } = this.readiness;
    reply.status(state === 'ready' ? 200 : 503);
    return { status: state, hubs: this.engine.openHubs().length };
  }
}
