import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RunningHub } from './running-hub.js';

/** Whether the hub lives, and whether it takes tasks. */
@Controller('health')
export class HealthController {
  constructor(private readonly running: RunningHub) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  ready(@Res({ passthrough: true }) reply: FastifyReply): { status: string; workers: number } {
    const { state } = this.running;
    const workers = this.running.hub?.probe().workers ?? [];
    const able = workers.filter((worker) => worker.state === 'idle' || worker.state === 'busy').length;
    reply.status(state === 'ready' ? 200 : 503);
    return { status: state, workers: able };
  }
}
