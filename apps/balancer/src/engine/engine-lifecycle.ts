import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Engine } from '@penstock/engine';
import { EVENT_RECORD, type EventRecord } from './event-record.js';
import { Gatekeeper } from '../sockets/gatekeeper.js';

/** Stops the engine with the application, while its sockets still stand: what was decided goes out, once it is durable. */
@Injectable()
export class EngineLifecycle implements BeforeApplicationShutdown {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(EVENT_RECORD) private readonly record: EventRecord | undefined,
    @Inject(Gatekeeper) private readonly gatekeeper: Gatekeeper,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.gatekeeper.close();
    await this.engine.stop();
    await this.record?.close();
  }
}
