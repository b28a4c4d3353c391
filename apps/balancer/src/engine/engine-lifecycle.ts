import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Engine } from '@penstock/engine';

/** Stops the engine with the application, while its sockets still stand: what was decided goes out, once it is durable. */
@Injectable()
export class EngineLifecycle implements BeforeApplicationShutdown {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.engine.stop();
  }
}
