import { Inject, Injectable } from '@nestjs/common';
import { healthWarningSchema } from '@penstock/protocol';
import { countRefusals, Gate } from '@penstock/http';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { Rounds } from '../rounds.js';

/** Figures for Prometheus, read from the last verdict when they are asked for. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor(@Inject(Rounds) rounds: Rounds, @Inject(Gate) gate: Gate) {
    collectDefaultMetrics({ register: this.registry });
    const registers = [this.registry];
    countRefusals(this.registry, gate);
    // The registry asks metric by metric, in order: the first one fills in all the others.
    new Gauge({
      registers,
      name: 'penstock_health_ok',
      help: 'Whether nothing is down and nothing is warned of.',
      collect() {
        for (const metric of [components, misses, warnings, done, downs]) metric.reset();
        const { verdict, counts } = rounds;
        this.set(verdict.status === 'ok' ? 1 : 0);
        for (const { kind, name, state, hub } of verdict.components) {
          components.set({ kind, name, state }, 1);
          if (hub !== undefined) misses.set({ name }, hub.misses);
        }
        for (const code of healthWarningSchema.shape.code.options)
          warnings.set({ code }, verdict.warnings.filter((warning) => warning.code === code).length);
        done.inc(counts.rounds);
        downs.inc(counts.downs);
      },
    });
    const components = new Gauge({
      registers,
      name: 'penstock_component_state',
      help: '1 for the state that a component is in.',
      labelNames: ['kind', 'name', 'state'],
    });
    const misses = new Gauge({
      registers,
      name: 'penstock_hub_missed_probes',
      help: 'Missed probes in a row.',
      labelNames: ['name'],
    });
    const warnings = new Gauge({
      registers,
      name: 'penstock_health_warnings',
      help: 'Warnings that hold now.',
      labelNames: ['code'],
    });
    const done = new Counter({ registers, name: 'penstock_health_rounds_total', help: 'Rounds of probes.' });
    const downs = new Counter({
      registers,
      name: 'penstock_hubs_downed_total',
      help: 'Hubs that the balancer gave up on the word of the health check.',
    });
  }
}
