import type { LoggerService } from '@nestjs/common';
import type { HealthVerdict, HealthWarning } from '@penstock/protocol';
import type { Down } from './verdict/observation.js';
import type { Judgement, Memory } from './verdict/judge.js';

/** The health check's lines on the console, worded as people know them from the seeds. */
export class HealthLog {
  constructor(private readonly logger: LoggerService) {}

  /** What is new since the last round. */
  judged(before: Memory, { memory, verdict, changes }: Judgement): void {
    if (memory.balancer.misses === 1 && before.balancer.misses === 0)
      this.logger.warn("HC - CAN'T GET WORKER LIST : LB DOWN ??");
    if (memory.balancer.state === 'up' && before.balancer.state !== 'up')
      this.logger.log(`HC - THE LOAD BALANCER ANSWERS (${memory.balancer.message})`);
    this.suspects(before, verdict);
    for (const warning of changes.began) this.began(warning);
    for (const warning of changes.ended) {
      const { code, subject } = warning;
      this.logger.log(`HC - OVER : ${titleOf(warning)}`, { code, subject });
    }
  }

  downed({ name, reason }: Down): void {
    this.logger.warn(`HC - ${name} IS GIVEN UP (${reason}): THE LOAD BALANCER HAS ITS TASKS DONE ELSEWHERE`);
  }

  downFailed({ name }: Down): void {
    this.logger.warn(`HC - CAN'T SEND DOWN WORKER TO LB: LB DOWN ?? (${name})`);
  }

  webhookFailed(why: string): void {
    this.logger.warn(`HC - THE WEBHOOK DID NOT TAKE A WARNING: ${why}`);
  }

  private began(warning: HealthWarning): void {
    const { code, subject } = warning;
    this.logger.warn(`HC - WARNING : ${titleOf(warning)}`, { code, subject });
  }

  private suspects({ hubs }: Memory, { components }: HealthVerdict): void {
    for (const { name, state, message, hub } of components) {
      if (hub === undefined || state === 'up' || state === 'unprobed') continue;
      if (hubs.get(hub.incarnation)?.state === state) continue;
      this.logger.warn(`HC - ${name} SEEMS DOWN (${message} and state=${state})`);
    }
  }
}

function titleOf({ code, message }: HealthWarning): string {
  return code === 'NO_WORKERS' ? 'LB HAS NO WORKERS' : message;
}
