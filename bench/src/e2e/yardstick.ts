import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Dealer } from 'zeromq';

const MESSAGE_BYTES = 100;
const OUTSTANDING = 256;

/**
 * What zeromq.js itself can do between two processes of this machine at this moment: a DEALER and a ROUTER that echo
 * messages of 100 bytes over tcp, 256 outstanding, with awaited sends. Rates are compared with it, since machines
 * differ and have moods.
 */
export class Yardstick {
  private constructor(
    private readonly server: ChildProcess,
    private readonly socket: Dealer,
  ) {}

  static async start(): Promise<Yardstick> {
    const server = fork(new URL('./echo-server.js', import.meta.url), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [endpoint] = (await once(server, 'message')) as [string];
    const socket = new Dealer({ sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    socket.connect(endpoint);
    return new Yardstick(server, socket);
  }

  /** Echoes per second. */
  async rate(messages: number): Promise<number> {
    const { socket } = this;
    const message = Buffer.alloc(MESSAGE_BYTES, 'x');
    const begun = process.hrtime.bigint();
    let sent = 0;
    for (; sent < OUTSTANDING; sent++) await socket.send(message);
    for (let received = 0; received < messages; received++) {
      await socket.receive();
      if (sent < messages) {
        sent += 1;
        await socket.send(message);
      }
    }
    return messages / (Number(process.hrtime.bigint() - begun) / 1e9);
  }

  /** Round trips of one message at a time, in milliseconds. */
  async roundTrips(count: number): Promise<number[]> {
    const message = Buffer.alloc(MESSAGE_BYTES, 'x');
    const times: number[] = [];
    for (let trip = 0; trip < count; trip++) {
      const begun = process.hrtime.bigint();
      await this.socket.send(message);
      await this.socket.receive();
      times.push(Number(process.hrtime.bigint() - begun) / 1e6);
    }
    return times;
  }

  stop(): void {
    this.socket.close();
    this.server.disconnect();
  }
}
