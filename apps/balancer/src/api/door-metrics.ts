import type { Engine } from '@penstock/engine';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { BalancerSockets } from '../sockets/balancer-sockets.js';
import type { Gatekeeper } from '../sockets/gatekeeper.js';

/** Figures of the ports: who is connected, and who was turned away, by why. */
export function doorMetrics(
  registry: Registry,
  sockets: BalancerSockets,
  gatekeeper: Gatekeeper,
  engine: Engine,
): void {
  const registers = [registry];
  const ports = [sockets.clients, sockets.hubs, sockets.control];
  new Gauge({
    registers,
    name: 'penstock_connections',
    help: 'Open connections by port, those in their handshake included.',
    labelNames: ['port'],
    collect() {
      for (const { name, counters } of ports) this.set({ port: name }, counters.connections);
    },
  });
  new Gauge({
    registers,
    name: 'penstock_silent_connections',
    help: 'Of the open connections, by port: those in their handshake (handshake), and, where there are keys, those past it that have not said whose they are (silent).',
    labelNames: ['port', 'state'],
    collect() {
      for (const { name, counters } of ports) {
        const { connections, handshaking } = counters;
        this.set({ port: name, state: 'handshake' }, handshaking);
        if (gatekeeper.keys === undefined) continue;
        const silent = connections - handshaking - gatekeeper.connections[name].size;
        this.set({ port: name, state: 'silent' }, Math.max(0, silent));
      }
    },
  });
  new Counter({
    registers,
    name: 'penstock_refused_connections_total',
    help: 'Connections that were turned away: no key or a wrong handshake (handshake), unknown-key, expired, role, as many as a port may have (connections), or as the holders of a key may (key-connections).',
    labelNames: ['port', 'reason'],
    collect() {
      this.reset();
      for (const { name, counters } of ports) {
        this.inc({ port: name, reason: 'handshake' }, counters.handshakesFailed);
        for (const [reason, count] of gatekeeper.refusals[name].connections)
          this.inc({ port: name, reason }, count);
      }
    },
  });
  new Counter({
    registers,
    name: 'penstock_refused_messages_total',
    help: 'Messages that were refused, by port: malformed, not proved (identity), in a session that is not open there (session), or more calls than a connection (rate) or the holders of a key (key-rate) may make.',
    labelNames: ['port', 'reason'],
    collect() {
      this.reset();
      for (const { name, strategy } of ports) {
        const { malformed, hasty } = strategy.counters;
        this.inc({ port: name, reason: 'malformed' }, malformed);
        const refusals = gatekeeper.refusals[name];
        this.inc({ port: name, reason: 'identity' }, refusals.identities);
        this.inc({ port: name, reason: 'rate' }, hasty);
        this.inc({ port: name, reason: 'key-rate' }, refusals.hasty);
      }
      const { client, hub } = engine.sessionRefusals;
      this.inc({ port: 'clients', reason: 'session' }, client.strays);
      this.inc({ port: 'hubs', reason: 'session' }, hub.strays);
    },
  });
  new Counter({
    registers,
    name: 'penstock_malformed_key_lists_total',
    help: 'Times that the list of keys was changed and could not be used.',
    collect() {
      this.reset();
      this.inc(gatekeeper.malformed);
    },
  });
}
