import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { ZmqServer } from '@penstock/nestjs-zeromq';
import {
  Pattern,
  type ControlDown,
  type HubProbeReply,
  type HubView,
  type NameStats,
} from '@penstock/protocol';
import type { RouterSocket } from '@penstock/zmq';
import { onTestFinished } from 'vitest';

/** What a scripted balancer says, and what it was told. */
export class BalancerScript {
  hubs: HubView[] = [];
  tasks: NameStats[] = [];
  readonly downs: ControlDown[] = [];
  /** Whether it does as it is told. */
  obeys = true;
}

@Controller()
class BalancerController {
  constructor(private readonly script: BalancerScript) {}

  @MessagePattern(Pattern.controlCheck)
  check() {
    return { version: 'test', pid: 1, uptimeMs: 1, node: process.version };
  }

  @MessagePattern(Pattern.controlWorkers)
  workers() {
    return this.script.hubs;
  }

  @MessagePattern(Pattern.controlStats)
  stats() {
    const { tasks, hubs } = this.script;
    const zero = { queued: 0, running: 0, kept: 0, payloadBytes: 0, resultBytes: 0, refusedLeases: 0 };
    return { uptimeMs: 1, clients: 0, hubs: hubs.length, ...zero, tasks };
  }

  @MessagePattern(Pattern.controlDown)
  down(@Payload() down: ControlDown) {
    const { script } = this;
    script.downs.push(down);
    if (!script.obeys) throw new Error('not now');
    const count = script.hubs.length;
    script.hubs = script.hubs.filter(({ incarnation }) => incarnation !== down.incarnation);
    return { downed: script.hubs.length < count };
  }
}

/** What a scripted hub says. */
export class HubScript {
  constructor(readonly reply: HubProbeReply) {}
  /** Whether it answers. */
  answers = true;
}

@Controller()
class HubController {
  constructor(private readonly script: HubScript) {}

  @MessagePattern(Pattern.hubProbe)
  async probe() {
    if (!this.script.answers) await new Promise(() => undefined);
    return this.script.reply;
  }
}

/** Serves a script until the test ends; its port. */
async function serve<Script extends object>(
  script: Script,
  token: abstract new (...args: never[]) => Script,
  controller: new (script: Script) => object,
): Promise<{ port: number; close: () => Promise<void> }> {
  class ScriptModule {}
  const strategy = new ZmqServer({ bind: 'tcp://127.0.0.1:*' });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    { module: ScriptModule, controllers: [controller], providers: [{ provide: token, useValue: script }] },
    { strategy, logger: false, abortOnError: false },
  );
  await app.listen();
  const { endpoint } = strategy.unwrap<RouterSocket>();
  onTestFinished(async () => app.close());
  return { port: Number(endpoint.split(':').at(-1)), close: () => app.close() };
}

/** A control port that says what a test wants. */
export async function scriptedBalancer() {
  const script = new BalancerScript();
  return { script, ...(await serve(script, BalancerScript, BalancerController)) };
}

/** A probe port that says what a test wants. */
export async function scriptedHub(view: HubView) {
  const { name, incarnation, session, pid } = view;
  const reply = { name, incarnation, session, pid, version: '0', uptimeMs: 1, held: 0, workers: [] };
  const script = new HubScript(reply);
  const server = await serve(script, HubScript, HubController);
  return { script, view: { ...view, probe: { host: '127.0.0.1', port: server.port } }, ...server };
}
