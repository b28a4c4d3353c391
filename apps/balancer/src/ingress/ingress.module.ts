import { Module } from '@nestjs/common';
import { EngineModule } from '../engine/engine.module.js';
import { SocketsModule } from '../sockets/sockets.module.js';
import { ClientController } from './client.controller.js';
import { ControlController } from './control.controller.js';
import { HubController } from './hub.controller.js';

/** All that comes in over ZeroMQ. */
@Module({
  imports: [EngineModule, SocketsModule],
  controllers: [ClientController, HubController, ControlController],
})
export class IngressModule {}
