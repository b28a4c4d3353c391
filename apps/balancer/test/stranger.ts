import {
  AcceptedReader,
  ContentType,
  decodeEnvelope,
  encodeEnvelope,
  isCall,
  Kind,
  NO_SESSION,
  Pattern,
  PROTOCOL_VERSION,
  SubmitWriter,
  TaskIdMinter,
  userHash,
  viewOf,
  writeHead,
  type Envelope,
  type SessionId,
} from '@penstock/protocol';
import type { PeerKey } from '@penstock/keys';
import { DealerSocket, type CurveClient } from '@penstock/zmq';

/** A peer that says what it likes, and hears the control messages that come back. */
export class Stranger {
  private asked = 0;
  private readonly heard: Envelope[] = [];
  private readonly waiting: {
    passes: (envelope: Envelope) => boolean;
    resolve: (envelope: Envelope) => void;
  }[] = [];
  private readonly answers: { code: string | undefined }[] = [];
  private readonly askers: ((answer: { code: string | undefined }) => void)[] = [];
  private readonly socket: DealerSocket;
  private readonly refused = Promise.withResolvers<string>();

  /** @param curve with which keys it dials; default: none */
  constructor(endpoint: string, curve?: CurveClient) {
    this.socket = new DealerSocket({
      endpoint,
      onMessage: ([frame]) => {
        if (frame?.[5] === Kind.envelope) this.hear(decodeEnvelope(frame).envelope);
        else if (frame?.[5] === Kind.accepted) this.hearAnswers([frame]);
      },
      onConnected: () => undefined,
      onDisconnected: () => undefined,
      onRefused: ({ code }) => this.refused.resolve(code),
      onError: () => undefined,
      ...(curve === undefined ? {} : { curve }),
    });
    this.socket.connect();
  }

  /** Resolves with the code when it is turned away in the handshake. */
  turnedAway(): Promise<string> {
    return this.refused.promise;
  }

  say(...frames: Uint8Array[]): this {
    this.socket.send(frames);
    return this;
  }

  /** The next control message that passes. */
  async hears(passes: (envelope: Envelope) => boolean): Promise<Envelope> {
    const known = this.heard.find(passes);
    if (known !== undefined) return known;
    return new Promise((resolve) => this.waiting.push({ passes, resolve }));
  }

  /** The code of the next protocol error. */
  async hearsError(): Promise<unknown> {
    const envelope = await this.hears((heard) => isCall(heard) && heard.pattern === Pattern.protocolError);
    return isCall(envelope) ? (envelope.data as { code: unknown }).code : undefined;
  }

  /** Calls, and waits for the answer. */
  async asks(pattern: string, data: object, session: SessionId = NO_SESSION): Promise<Answer> {
    this.asked += 1;
    const id = `ask-${this.asked}`;
    this.say(encodeEnvelope({ pattern, id, data }, session));
    return (await this.hears((heard) => !isCall(heard) && heard.id === id)) as Answer;
  }

  /** Says hello, as a client or as a hub that runs FORGED. */
  async opens(role: 'client' | 'hub' = 'client'): Promise<SessionId> {
    const isHub = role === 'hub';
    this.say(
      encodeEnvelope({
        pattern: isHub ? Pattern.hubHello : Pattern.clientHello,
        id: 'hello',
        data: hello(role),
      }),
    );
    const reply = await this.hears((heard) => !isCall(heard) && heard.id === 'hello');
    return (reply as { response: { session: SessionId } }).response.session;
  }

  close(): void {
    this.socket.close();
  }

  /** The code with which the next task is refused; `undefined` = it is taken. */
  async refusal(): Promise<string | undefined> {
    const known = this.answers.shift();
    if (known !== undefined) return known.code;
    return new Promise((resolve) => this.askers.push(({ code }) => resolve(code)));
  }

  private hearAnswers(frames: Uint8Array[]): void {
    const batch = new AcceptedReader().open(frames);
    while (batch.next()) {
      const { code } = batch;
      const asker = this.askers.shift();
      if (asker === undefined) this.answers.push({ code });
      else asker({ code });
    }
  }

  private hear(envelope: Envelope): void {
    this.heard.push(envelope);
    const index = this.waiting.findIndex(({ passes }) => passes(envelope));
    if (index >= 0) this.waiting.splice(index, 1)[0]?.resolve(envelope);
  }
}

/** The answer to a call. */
export interface Answer {
  readonly response?: unknown;
  readonly err?: { readonly code: string; readonly message: string; readonly details?: unknown };
}

/** A hello that a key proves; `own` is laid over it before, so that it is proved as well. */
export function provenHello(
  role: 'client' | 'hub',
  key: PeerKey,
  own: Record<string, unknown> = {},
): Record<string, unknown> {
  const said = { ...hello(role), ...own };
  const pattern = role === 'client' ? Pattern.clientHello : Pattern.hubHello;
  return { ...said, identity: key.identity(pattern, String(said['incarnation'])) };
}

/** What somebody says who comes for the first time. */
export function hello(role: 'client' | 'hub'): Record<string, unknown> {
  const own = role === 'client' ? { waiting: [] } : { name: 'forger', leases: [], groups: [FORGERS] };
  const incarnation = `stranger-${process.hrtime.bigint()}`;
  return { protocol: PROTOCOL_VERSION, incarnation, host: 'test', pid: 1, role, ...own };
}

const FORGERS = {
  minPriority: null,
  maxPriority: null,
  tasks: ['FORGED'],
  slots: 1,
  window: 1,
  kind: 'process',
  niceness: 0,
  workers: ['worker_forged'],
};

/** The head of a frame, and nothing else. */
export function head(
  kind: number,
  { count = 0, stringsBytes = 0, flags = 0, session = NO_SESSION } = {},
): Uint8Array {
  const frame = new Uint8Array(24);
  writeHead(viewOf(frame), { kind, flags, count, stringsBytes, ...session });
  return frame;
}

/** A batch of one task; with an option block if there is one. */
export function submission(
  session: SessionId,
  name = 'HELLO',
  priority = 0,
  options?: Uint8Array,
  userId?: string,
): Uint8Array {
  const writer = new SubmitWriter();
  const view = new DataView(new ArrayBuffer(16));
  new TaskIdMinter(Date.now, Math.random).mintInto(view, 0, userHash(userId));
  const payload = Buffer.from('null');
  writer.add(view, 0, {
    name,
    userId,
    priority,
    contentType: ContentType.json,
    payload: { buffer: payload, offset: 0, length: payload.byteLength },
    ...(options === undefined ? {} : { options: { buffer: options, offset: 0, length: options.byteLength } }),
  });
  return writer.take(session)?.[0] ?? new Uint8Array();
}
