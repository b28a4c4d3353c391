import { Injectable } from '@nestjs/common';
import { countRefusals, Gate } from '@penstock/http';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { RunningHub } from './running-hub.js';

const workerStates = ['starting', 'idle', 'busy', 'silent'] as const;
const endings = ['done', 'failed', 'cancelled', 'lost'] as const;

/** Figures for Prometheus, read from the hub when they are asked for: a task costs nothing extra. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor(running: RunningHub, gate: Gate) {
    collectDefaultMetrics({ register: this.registry });
    const registers = [this.registry];
    countRefusals(this.registry, gate);
    // The registry asks metric by metric, in order: the first one fills in all the others.
    new Gauge({
      registers,
      name: 'penstock_hub_connected',
      help: 'Whether the hub has a session with the balancer.',
      collect() {
        for (const metric of [held, workers, ended, deaths]) metric.reset();
        this.set(running.state === 'ready' ? 1 : 0);
        const { hub } = running;
        if (hub === undefined) return;
        const probe = hub.probe();
        held.set(probe.held);
        for (const state of workerStates)
          workers.set({ state }, probe.workers.filter((worker) => worker.state === state).length);
        for (const as of endings) ended.inc({ as }, hub.counts[as]);
        deaths.inc(hub.counts.deaths);
      },
    });
    const held = new Gauge({ registers, name: 'penstock_hub_held', help: "Attempts in the hub's hands." });
    const workers = new Gauge({
      registers,
      name: 'penstock_hub_workers',
      help: 'Workers, by state.',
      labelNames: ['state'],
    });
    const ended = new Counter({
      registers,
      name: 'penstock_hub_attempts_ended_total',
      help: 'Attempts that have ended, by how.',
      labelNames: ['as'],
    });
    const deaths = new Counter({
      registers,
      name: 'penstock_hub_worker_deaths_total',
      help: 'Workers that died unasked.',
    });
  }
}
