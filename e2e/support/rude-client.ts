import {
  ContentType,
  decodeEnvelope,
  encodeEnvelope,
  NO_SESSION,
  Pattern,
  PROTOCOL_VERSION,
  SubmitWriter,
  TaskIdMinter,
  viewOf,
  writeTaskId,
  type ClientWelcome,
  type SessionId,
} from '@penstock/protocol';
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { frameOf, framesIn, greeting, ready } from './zmtp.js';

const BATCH_BYTES = 60 * 1024;

/** A client of bad manners, over a socket of its own: it says hello, never reads again, and hands in what it likes. */
export class RudeClient {
  /** Tasks that it has handed in, or tried to. */
  sent = 0;
  private readonly minter = new TaskIdMinter(Date.now, Math.random);

  private constructor(
    private readonly socket: Socket,
    private readonly session: SessionId,
  ) {}

  static async connect(port: number): Promise<RudeClient> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const incarnation = randomUUID();
    const data = {
      protocol: PROTOCOL_VERSION,
      role: 'client',
      incarnation,
      host: 'rude',
      pid: 1,
      waiting: [],
    };
    socket.write(Buffer.concat([greeting, ready('DEALER')]));
    const hello = encodeEnvelope({ pattern: Pattern.clientHello, id: '1', data }, NO_SESSION);
    const session = await welcomeOn(socket, hello);
    socket.pause();
    return new RudeClient(socket, session);
  }

  /** Hands in so many batches, whatever the balancer has said to those before; fewer when it does not take them. */
  submit(batches: number, name: string, payload: string): void {
    const bytes = Buffer.from(JSON.stringify(payload));
    for (let count = 0; count < batches && !this.socket.writableNeedDrain; count++) {
      for (const frame of this.batch(name, bytes)) this.socket.write(frameOf(frame));
    }
  }

  close(): void {
    this.socket.destroy();
  }

  private batch(name: string, payload: Uint8Array): readonly Uint8Array[] {
    const writer = new SubmitWriter();
    const tasks = Math.min(100, Math.floor(BATCH_BYTES / (payload.byteLength + 40)));
    for (let count = 0; count < tasks; count++, this.sent++) {
      const id = new Uint8Array(16);
      writeTaskId(this.minter.mint(name), id, 0);
      writer.add(viewOf(id), 0, {
        name,
        userId: name,
        priority: 0,
        contentType: ContentType.json,
        payload: { buffer: payload, offset: 0, length: payload.byteLength },
        options: { buffer: payload, offset: 0, length: 0 },
      });
    }
    return writer.take(this.session) ?? [];
  }
}

/** The session that the balancer opens. Messages may be sent once the other end has said that it is ready. */
async function welcomeOn(socket: Socket, hello: Uint8Array): Promise<SessionId> {
  let received = Buffer.alloc(0);
  let hasSaidHello = false;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received = Buffer.concat([received, chunk as Buffer]);
    const frames = [...framesIn(received)];
    if (!hasSaidHello && frames.some(({ isCommand }) => isCommand)) {
      socket.write(frameOf(hello));
      hasSaidHello = true;
    }
    for (const { body } of frames.filter(({ isCommand }) => !isCommand)) {
      const { envelope } = decodeEnvelope(body);
      return (envelope as unknown as { response: ClientWelcome }).response.session;
    }
  }
  throw new Error('the balancer closed the connection');
}
