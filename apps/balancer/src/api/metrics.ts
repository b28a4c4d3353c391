import { Inject, Injectable } from '@nestjs/common';
import { countRefusals, Gate } from '@penstock/http';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { Engine, viewStats } from '@penstock/engine';
import { BalancerSockets } from '../sockets/balancer-sockets.js';
import { Gatekeeper } from '../sockets/gatekeeper.js';
import { doorMetrics } from './door-metrics.js';

/** Figures for Prometheus, read from the engine when they are asked for: a task costs nothing extra. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor(
    @Inject(Engine) engine: Engine,
    @Inject(BalancerSockets) sockets: BalancerSockets,
    @Inject(Gate) gate: Gate,
    @Inject(Gatekeeper) gatekeeper: Gatekeeper,
  ) {
    collectDefaultMetrics({ register: this.registry });
    const registers = [this.registry];
    countRefusals(this.registry, gate);
    // The registry asks metric by metric, in order: the first one fills in all the others.
    new Gauge({
      registers,
      name: 'penstock_up_seconds',
      help: 'Time since the balancer started.',
      collect() {
        const stats = viewStats(engine);
        this.set(stats.uptimeMs / 1_000);
        for (const metric of [queued, running, oldest, runSeconds, ended, refused]) metric.reset();
        hubs.set(stats.hubs);
        clients.set(stats.clients);
        refused.inc(stats.refusedLeases);
        for (const task of stats.tasks) {
          const { name } = task;
          queued.set({ name }, task.queued);
          running.set({ name }, task.running);
          oldest.set({ name }, (task.oldestWaitMs ?? 0) / 1_000);
          runSeconds.inc({ name }, task.totalRunMs / 1_000);
          for (const state of ['done', 'failed', 'cancelled', 'expired'] as const)
            ended.inc({ name, state }, task[state]);
        }
      },
    });
    const byName = { registers, labelNames: ['name'] };
    const queued = new Gauge({ ...byName, name: 'penstock_tasks_queued', help: 'Queued tasks.' });
    const running = new Gauge({ ...byName, name: 'penstock_tasks_running', help: 'Tasks leased to hubs.' });
    const oldest = new Gauge({
      ...byName,
      name: 'penstock_oldest_wait_seconds',
      help: 'How long the oldest queued task has waited.',
    });
    const runSeconds = new Counter({
      ...byName,
      name: 'penstock_run_seconds_total',
      help: 'Time spent in handlers.',
    });
    const ended = new Counter({
      registers,
      name: 'penstock_tasks_ended_total',
      help: 'Tasks that have ended, by how they did.',
      labelNames: ['name', 'state'],
    });
    const refused = new Counter({
      registers,
      name: 'penstock_leases_refused_total',
      help: 'Messages about attempts from somebody who did not hold the lease.',
    });
    const hubs = new Gauge({ registers, name: 'penstock_hubs', help: 'Hubs with an open session.' });
    const clients = new Gauge({ registers, name: 'penstock_clients', help: 'Clients with an open session.' });
    const { journal } = engine.partition;
    if (journal !== undefined) {
      new Gauge({
        registers,
        name: 'penstock_journal_full',
        help: '1 = no room but for what is to end: new tasks that must be on the disk are refused.',
        collect() {
          this.set(journal.hasRoom ? 0 : 1);
        },
      });
    }
    new Counter({
      registers,
      name: 'penstock_refused_sessions_total',
      help: 'Hellos that found no room, by role: as many sessions were open as may be (sessions), or as many of their key (key-sessions).',
      labelNames: ['role', 'reason'],
      collect() {
        this.reset();
        for (const [role, { sessions, sessionsPerKey }] of Object.entries(engine.sessionRefusals)) {
          this.inc({ role, reason: 'sessions' }, sessions);
          this.inc({ role, reason: 'key-sessions' }, sessionsPerKey);
        }
      },
    });
    doorMetrics(this.registry, sockets, gatekeeper, engine);
  }
}
