import { Module, type DynamicModule } from '@nestjs/common';
import { systemClock, systemTimers } from '@penstock/runtime';
import { LiveCatalogue } from './catalogue/live-catalogue.js';
import type { HubSettings } from './hub-settings.js';
import { HubLog } from './hub-log.js';
import { Hub } from './hub.js';
import { HubSocket } from './uplink/hub-socket.js';
import { UplinkController } from './uplink/uplink.controller.js';
import { LoadMeter } from './uplink/load-meter.js';
import { Uplink, type HubIdentity } from './uplink/uplink.js';

/** A worker hub: tasks come in by the uplink, the hub places them on its workers, outcomes go back. */
@Module({})
export class AppModule {
  static with(settings: HubSettings, identity: HubIdentity, socket: HubSocket, log: HubLog): DynamicModule {
    return {
      module: AppModule,
      controllers: [UplinkController],
      providers: [
        { provide: HubSocket, useValue: socket },
        { provide: HubLog, useValue: log },
        {
          provide: Hub,
          useFactory: () =>
            new Hub(
              { ...settings, clock: systemClock, timers: systemTimers, random: Math.random },
              socket,
              log,
            ),
        },
        {
          provide: Uplink,
          inject: [Hub],
          useFactory: (hub: Hub) => new Uplink(hub, socket, identity, log, systemTimers, new LoadMeter()),
        },
        {
          provide: LiveCatalogue,
          inject: [Hub, Uplink],
          useFactory: (hub: Hub, uplink: Uplink) =>
            new LiveCatalogue(hub, settings, log, () => uplink.tellGroups()),
        },
      ],
    };
  }
}
