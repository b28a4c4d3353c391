import { ClientIngress, type Engine } from '@penstock/engine';
import { Kind, Pattern } from '@penstock/protocol';
import type { PortHandlers } from './port.js';

/** What clients say: led as the balancer's ClientController leads it. */
export function clientPort(engine: Engine): PortHandlers {
  const ingress = new ClientIngress(engine);
  return {
    calls: {
      [Pattern.clientHello]: (origin, data) => ingress.hello(origin, data),
      [Pattern.clientStatus]: (origin, data) => ingress.status(origin, data),
      [Pattern.clientCancel]: (origin, data) => ingress.cancel(origin, data),
      [Pattern.clientWatch]: (origin, data) => ingress.watch(origin, data),
      [Pattern.heartbeat]: (origin) => ingress.heartbeat(origin),
      [Pattern.clientGoodbye]: (origin) => ingress.goodbye(origin),
    },
    batches: {
      [Kind.submit]: (origin, frames) => ingress.submit(origin, frames),
      [Kind.collected]: (origin, frames) => ingress.collected(origin, frames),
    },
  };
}
