import { TaskClient } from '@penstock/client';
import { freePorts } from '@penstock/free-ports';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Program } from './program.js';

const main = fileURLToPath(new URL('dist/main.js', import.meta.resolve('@penstock/balancer/package.json')));

interface HubView {
  readonly name: string;
  readonly groups: readonly { readonly slots: number }[];
}

/** The real balancer, in a process of its own. */
export class Balancer {
  private constructor(
    readonly program: Program,
    /** For clients. */
    readonly clientPort: number,
    /** For hubs. */
    readonly hubPort: number,
    private readonly httpPort: number,
  ) {}

  static async start(): Promise<Balancer> {
    const [client, hub, control, http] = (await freePorts(4)) as [number, number, number, number];
    const program = new Program(main, [], {
      LB_CLIENTPULLPORT: `${client}`,
      LB_WKPULLPORT: `${hub}`,
      LB_HCREPPORT: `${control}`,
      LB_HTTPPORT: `${http}`,
      PENSTOCK_DATA: 'none',
    });
    await program.line(/LB - READY/);
    return new Balancer(program, client, hub, http);
  }

  client(): TaskClient {
    const client = new TaskClient({ port: this.clientPort });
    onTestFinished(() => client.close());
    return client;
  }

  /** The hubs that it knows. */
  async hubs(): Promise<readonly HubView[]> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/api/workers`);
    return ((await response.json()) as { hubs: HubView[] }).hubs;
  }
}
