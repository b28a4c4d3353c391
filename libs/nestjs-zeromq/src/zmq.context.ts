import type { SessionId } from '@penstock/protocol';
import { BaseRpcContext, type PacketMetadata } from '@nestjs/microservices';

type ZmqContextArgs = [
  peer: Uint8Array,
  session: SessionId,
  pattern: string,
  metadata: PacketMetadata | undefined,
  frames: readonly Uint8Array[],
];

/** What a handler can ask about the message it handles: its second argument, `@Ctx() context: ZmqContext`. */
export class ZmqContext extends BaseRpcContext<ZmqContextArgs> {
  /** Routing id of the sender: the address for pushes. Empty when the server dials by a link, which has one peer. */
  getPeer(): Uint8Array {
    return this.args[0];
  }

  /** The session that the message names; `NO_SESSION` in applications that have none. */
  getSession(): SessionId {
    return this.args[1];
  }

  /** The pattern, `batch.<kind>` for a batch. */
  getPattern(): string {
    return this.args[2];
  }

  /** What the client attached out of band, if anything. */
  getMetadata(): PacketMetadata | undefined {
    return this.args[3];
  }

  /** The frames of a batch, as they came; empty for a control message. */
  get frames(): readonly Uint8Array[] {
    return this.args[4];
  }
}

/** What came as metadata, if it is what Nest promises its handlers: texts by name. */
export function metadataOf(value: unknown): PacketMetadata | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.values(value).every((text) => typeof text === 'string')
    ? (value as PacketMetadata)
    : undefined;
}
