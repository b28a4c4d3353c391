import type { ClientSession, Engine } from '@penstock/engine';
import {
  clientCancelSchema,
  clientHelloSchema,
  clientStatusSchema,
  clientWatchSchema,
  Kind,
  parseMessage,
  Pattern,
  PenstockError,
  type SessionId,
} from '@penstock/protocol';
import type { PortHandlers } from './port.js';

/** What clients say: as the balancer's ClientController takes it. */
export function clientPort(engine: Engine): PortHandlers {
  const { clients } = engine;
  const heard = (peer: Uint8Array, id: SessionId): ClientSession | undefined =>
    clients.heard(id, peer, engine.now());
  const withSession = (
    peer: Uint8Array,
    id: SessionId,
    act: (session: ClientSession) => number | void,
  ): void => {
    const session = heard(peer, id);
    if (session !== undefined) engine.wake(act(session) ?? 1);
  };
  const requireSession = (peer: Uint8Array, id: SessionId): void => {
    if (heard(peer, id) !== undefined) return;
    throw new PenstockError('SESSION_UNKNOWN', 'this session is not open here: say hello again');
  };
  return {
    calls: {
      [Pattern.clientHello]: (peer, _id, data) => {
        const hello = parseMessage(clientHelloSchema, data, Pattern.clientHello);
        engine.wake();
        return clients.hello(peer, hello, engine.now());
      },
      [Pattern.clientStatus]: (peer, id, data) => {
        requireSession(peer, id);
        return clients.status(parseMessage(clientStatusSchema, data, Pattern.clientStatus).taskIds);
      },
      [Pattern.clientCancel]: (peer, id, data) => {
        requireSession(peer, id);
        const { taskId } = parseMessage(clientCancelSchema, data, Pattern.clientCancel);
        engine.wake();
        return clients.cancel(taskId, engine.now());
      },
      [Pattern.clientWatch]: (peer, id, data) => {
        const { taskIds } = parseMessage(clientWatchSchema, data, Pattern.clientWatch);
        withSession(peer, id, (session) => clients.watch(session, taskIds));
      },
      [Pattern.heartbeat]: (peer, id) => void heard(peer, id),
      [Pattern.clientGoodbye]: (peer, id) =>
        withSession(peer, id, (session) => clients.goodbye(session, engine.now())),
    },
    batches: {
      [Kind.submit]: (peer, id, frames) =>
        withSession(peer, id, (session) => clients.submit(session, frames, engine.now())),
      [Kind.collected]: (peer, id, frames) =>
        withSession(peer, id, (session) => clients.collected(session, frames, engine.now())),
    },
  };
}
