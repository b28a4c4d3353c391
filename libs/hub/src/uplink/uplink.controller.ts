import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { BatchPattern } from '@penstock/nestjs-zeromq';
import {
  hubCancelSchema,
  hubKeysSchema,
  Kind,
  parseMessage,
  Pattern,
  PenstockError,
} from '@penstock/protocol';
import { HubLog } from '../hub-log.js';
import { Hub } from '../hub.js';
import { Uplink } from './uplink.js';

/** What the balancer says of tasks. */
@Controller()
export class UplinkController {
  constructor(
    private readonly hub: Hub,
    private readonly uplink: Uplink,
    private readonly log: HubLog,
  ) {}

  /** Attempts to run. */
  @BatchPattern(Kind.dispatch)
  onDispatch(@Payload() frames: Uint8Array[]): void {
    this.hub.onDispatch(frames);
  }

  /** Outcomes that are dealt with. */
  @BatchPattern(Kind.settled)
  onSettled(@Payload() frames: Uint8Array[]): void {
    this.hub.onSettled(frames);
  }

  @EventPattern(Pattern.hubCancel)
  onCancel(@Payload() data: unknown): void {
    this.hub.onCancel(parseMessage(hubCancelSchema, data, Pattern.hubCancel));
  }

  /** The balancer's list of keys has changed. */
  @EventPattern(Pattern.hubKeys)
  onKeys(@Payload() data: unknown): void {
    this.uplink.onHealthKeys(parseMessage(hubKeysSchema, data, Pattern.hubKeys).healthKeys);
  }

  /** The balancer did not understand something that this hub sent. */
  @EventPattern(Pattern.protocolError)
  onProtocolError(@Payload() data: unknown): void {
    this.log.misunderstood(PenstockError.fromWire(data));
  }
}
