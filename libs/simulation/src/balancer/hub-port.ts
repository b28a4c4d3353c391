import { HubIngress, type Engine } from '@penstock/engine';
import { Kind, Pattern } from '@penstock/protocol';
import type { PortHandlers } from './port.js';

/** What hubs say: led as the balancer's HubController leads it. */
export function hubPort(engine: Engine): PortHandlers {
  const ingress = new HubIngress(engine);
  return {
    calls: {
      [Pattern.hubHello]: (origin, data) => ingress.hello(origin, data),
      [Pattern.hubHeartbeat]: (origin, data) => ingress.heartbeat(origin, data),
      [Pattern.heartbeat]: (origin) => ingress.sign(origin),
      [Pattern.hubCredit]: (origin, data) => ingress.credit(origin, data),
      [Pattern.hubGroups]: (origin, data) => ingress.groups(origin, data),
      [Pattern.hubProgress]: (origin, data) => ingress.progress(origin, data),
      [Pattern.hubReturned]: (origin, data) => ingress.returned(origin, data),
      [Pattern.hubLost]: (origin, data) => ingress.lost(origin, data),
      [Pattern.hubGoodbye]: (origin, data) => ingress.goodbye(origin, data),
    },
    batches: {
      [Kind.started]: (origin, frames) => ingress.started(origin, frames),
      [Kind.outcome]: (origin, frames) => ingress.outcome(origin, frames),
    },
  };
}
