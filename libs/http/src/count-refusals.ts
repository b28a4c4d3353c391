import { refusals } from '@penstock/access';
import { Counter, type Registry } from 'prom-client';
import type { Gate } from './gate.js';

/** Adds the figures of a gate to those that a program shows. */
export function countRefusals(registry: Registry, gate: Pick<Gate, 'refused'>): void {
  new Counter({
    registers: [registry],
    name: 'penstock_http_refused_total',
    help: 'HTTP requests that were refused, by why.',
    labelNames: ['reason'],
    collect() {
      this.reset();
      // Those that never happened are there as well: an alarm wants to see the first.
      for (const reason of Object.keys(refusals) as (keyof typeof refusals)[])
        this.inc({ reason }, gate.refused.get(reason) ?? 0);
    },
  });
}
