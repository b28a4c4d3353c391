import type { AddressInfo } from 'node:net';
import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadParameters } from '@penstock/parameters';
import { startBalancer, stopBalancer } from '../src/balancer.js';
import { BalancerSockets } from '../src/sockets/balancer-sockets.js';

/** A balancer in this process, on free ports. */
export interface RunningBalancer {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly clients: string;
  readonly hubs: string;
  readonly control: string;
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** Starts a balancer with the parameters given as flags, e.g. `--LB_QUEING_MAXPERUSER=2`; without a journal if they name none. */
export async function runBalancer(...flags: string[]): Promise<RunningBalancer> {
  const free = ['LB_CLIENTPULLPORT', 'LB_WKPULLPORT', 'LB_HCREPPORT', 'LB_HTTPPORT'].map(
    (name) => `--${name}=0`,
  );
  const { values } = loadParameters('balancer', {
    argv: [...free, ...flags],
    env: { PENSTOCK_PARAMETERS: 'none', PENSTOCK_DATA: 'none' },
    cwd: '/',
  });
  const lines: string[] = [];
  const write = (line: unknown): void => void lines.push(String(line));
  const logger: LoggerService = { log: write, warn: write, error: write, fatal: write };
  const app = await startBalancer(values, logger);
  const sockets = app.get(BalancerSockets);
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    url: `http://127.0.0.1:${port}`,
    clients: sockets.clients.endpoint,
    hubs: sockets.hubs.endpoint,
    control: sockets.control.endpoint,
    lines,
    stop: () => stopBalancer(app),
  };
}
