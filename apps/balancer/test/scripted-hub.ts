import {
  ContentType,
  DispatchReader,
  hubWelcomeSchema,
  Kind,
  OutcomeStatus,
  OutcomeWriter,
  parseMessage,
  Pattern,
  PROTOCOL_VERSION,
  StartedWriter,
  type HubGroup,
  type HubHello,
  type SessionId,
} from '@penstock/protocol';
import type { PeerKey } from '@penstock/keys';
import { SessionLink } from '@penstock/zmq';

/** What a scripted handler does with a task: a value to return, or an error to throw. */
export type Script = (payload: unknown, name: string) => unknown;

/** A hub made of a session link and a function: it runs tasks at once, in this process. */
export class ScriptedHub {
  private readonly link: SessionLink;
  private held = 0;

  constructor(
    endpoint: string,
    group: Partial<HubGroup>,
    script: Script,
    announced: Pick<HubHello, 'probe' | 'httpPort'> = {},
    key?: PeerKey,
  ) {
    const groups: HubGroup[] = [
      {
        minPriority: null,
        maxPriority: null,
        tasks: ['HELLO'],
        slots: 4,
        window: 4,
        kind: 'process',
        niceness: 0,
        workers: ['worker_scripted'],
        ...group,
      },
    ];
    const incarnation = `scripted-${process.hrtime.bigint()}`;
    this.link = new SessionLink({
      endpoint,
      helloPattern: Pattern.hubHello,
      ...(key === undefined ? {} : { curve: key.curve() }),
      hello: () => ({
        protocol: PROTOCOL_VERSION,
        incarnation,
        host: 'test',
        pid: process.pid,
        role: 'hub',
        name: 'scripted',
        groups,
        leases: [],
        ...announced,
        ...(key === undefined ? {} : { identity: key.identity(Pattern.hubHello, incarnation) }),
      }),
      onWelcome: (data) => parseMessage(hubWelcomeSchema, data, 'the welcome'),
      onBatch: (kind, frames) => {
        if (kind === Kind.dispatch) this.run(frames, script);
      },
      onEnvelope: () => undefined,
      onLost: () => undefined,
      onFailed: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    this.link.start();
  }

  get session(): SessionId {
    return this.link.session;
  }

  /** Attempts that were handed to it. */
  get taken(): number {
    return this.held;
  }

  async ready(): Promise<this> {
    await this.link.ready(5_000);
    return this;
  }

  close(): void {
    this.link.close({ goodbyePattern: Pattern.hubGoodbye });
  }

  private run(frames: Uint8Array[], script: Script): void {
    const batch = new DispatchReader().open(frames);
    const started = new StartedWriter();
    const outcomes = new OutcomeWriter();
    while (batch.next()) {
      this.held += 1;
      started.add(batch.view, batch.record, batch, 'worker_scripted');
      const payload: unknown = JSON.parse(Buffer.from(batch.payload).toString('utf8'));
      let status: OutcomeStatus = OutcomeStatus.done;
      let value: unknown;
      try {
        value = script(payload, batch.name);
      } catch (error) {
        status = OutcomeStatus.failed;
        const { name, message, stack } = error as Error;
        value = { name, message, stack };
      }
      if (value === undefined) continue;
      const isBytes = value instanceof Uint8Array;
      const bytes: Uint8Array = value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value));
      outcomes.add(batch.view, batch.record, batch, {
        status,
        contentType: isBytes ? ContentType.bytes : ContentType.json,
        worker: 'worker_scripted',
        runMs: 1,
        payload: { buffer: bytes, offset: 0, length: bytes.byteLength },
      });
    }
    for (const writer of [started, outcomes]) {
      const message = writer.take(this.link.session);
      if (message !== undefined) this.link.send(message);
    }
  }
}
