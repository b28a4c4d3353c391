import type { Engine, HubSession } from '@penstock/engine';
import {
  hubCreditSchema,
  hubGoodbyeSchema,
  hubGroupsSchema,
  hubHeartbeatSchema,
  hubHelloSchema,
  hubLostSchema,
  hubProgressSchema,
  hubReturnedSchema,
  Kind,
  parseMessage,
  Pattern,
  type SessionId,
} from '@penstock/protocol';
import type { PortHandlers } from './port.js';

/** What hubs say: as the balancer's HubController takes it. */
export function hubPort(engine: Engine): PortHandlers {
  const { hubs } = engine;
  const withSession = (
    peer: Uint8Array,
    id: SessionId,
    act: (session: HubSession) => number | void,
  ): void => {
    const session = hubs.heard(id, peer, engine.now());
    if (session !== undefined) engine.wake(act(session) ?? 1);
  };
  return {
    calls: {
      [Pattern.hubHello]: (peer, _id, data) => {
        const hello = parseMessage(hubHelloSchema, data, Pattern.hubHello);
        engine.wake();
        return hubs.hello(peer, hello, engine.now());
      },
      [Pattern.hubHeartbeat]: (peer, id, data) => {
        const heartbeat = parseMessage(hubHeartbeatSchema, data, Pattern.hubHeartbeat);
        withSession(peer, id, (session) => hubs.heartbeat(session, heartbeat));
      },
      [Pattern.heartbeat]: (peer, id) => withSession(peer, id, () => undefined),
      [Pattern.hubCredit]: (peer, id, data) => {
        const credit = parseMessage(hubCreditSchema, data, Pattern.hubCredit);
        withSession(peer, id, (session) => hubs.credit(session, credit));
      },
      [Pattern.hubGroups]: (peer, id, data) => {
        const { groups } = parseMessage(hubGroupsSchema, data, Pattern.hubGroups);
        withSession(peer, id, (session) => hubs.setGroups(session, groups));
      },
      [Pattern.hubProgress]: (peer, id, data) => {
        const progress = parseMessage(hubProgressSchema, data, Pattern.hubProgress);
        withSession(peer, id, (session) => hubs.progress(session, progress));
      },
      [Pattern.hubReturned]: (peer, id, data) => {
        const returned = parseMessage(hubReturnedSchema, data, Pattern.hubReturned);
        withSession(peer, id, (session) => hubs.returned(session, returned, engine.now()));
      },
      [Pattern.hubLost]: (peer, id, data) => {
        const lost = parseMessage(hubLostSchema, data, Pattern.hubLost);
        withSession(peer, id, (session) => hubs.lost(session, lost, engine.now()));
      },
      [Pattern.hubGoodbye]: (peer, id, data) => {
        const { reason } = parseMessage(hubGoodbyeSchema, data, Pattern.hubGoodbye);
        withSession(peer, id, (session) => hubs.goodbye(session, reason, engine.now()));
      },
    },
    batches: {
      [Kind.started]: (peer, id, frames) =>
        withSession(peer, id, (session) => hubs.started(session, frames, engine.now())),
      [Kind.outcome]: (peer, id, frames) =>
        withSession(peer, id, (session) => hubs.outcome(session, frames, engine.now())),
    },
  };
}
