import { Controller, Get, Headers, Inject, Req, Res, type OnApplicationShutdown } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { PenstockError } from '@penstock/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Engine, viewHubs, viewStats } from '@penstock/engine';
import { EventStream } from './event-stream.js';

/** Watchers at a time: each costs a write per event. */
const WATCHERS_MAX = 100;
const SUMMARY_INTERVAL_MS = 1_000;

/** What happens, live. */
@ApiTags('events')
@Controller('api/events')
export class EventsController implements OnApplicationShutdown {
  private readonly open = new Set<FastifyReply>();
  private summaries: NodeJS.Timeout | undefined;

  constructor(@Inject(Engine) private readonly engine: Engine) {}

  @Get()
  @ApiOperation({
    summary:
      'Server-sent events: `task`, `worker`, `summary` and `hubs` (each second), `resync` (ask for everything anew)',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Go on after this event, if it is still known',
  })
  @ApiResponse({ status: 200, description: 'text/event-stream' })
  watch(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('last-event-id') lastId?: string,
  ): void {
    if (this.open.size >= WATCHERS_MAX) {
      throw new PenstockError('QUEUE_FULL', `at most ${WATCHERS_MAX} watch at a time; try again later`);
    }
    const after = lastId !== undefined && /^\d{1,15}$/.test(lastId) ? Number(lastId) : undefined;
    reply.hijack();
    this.open.add(reply);
    request.raw.on('close', () => this.onClosed(reply));
    this.summaries ??= setInterval(() => this.summarise(), SUMMARY_INTERVAL_MS);
    new EventStream(this.engine.partition.feed, reply.raw, () => this.engine.now()).open(after);
  }

  onApplicationShutdown(): void {
    for (const reply of this.open) reply.raw.end();
  }

  private onClosed(reply: FastifyReply): void {
    this.open.delete(reply);
    if (this.open.size > 0) return;
    clearInterval(this.summaries);
    this.summaries = undefined;
  }

  private summarise(): void {
    const { feed } = this.engine.partition;
    feed.publish('summary', { ...viewStats(this.engine), skippedTaskEvents: feed.takeSkipped() });
    feed.tell('hubs', { hubs: viewHubs(this.engine) });
  }
}
