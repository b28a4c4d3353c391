import { PenstockError } from '@penstock/protocol';
import { systemClock } from '@penstock/runtime';
import { SessionLink } from '@penstock/zmq';
import { onTestFinished } from 'vitest';
import type { Catalogue } from '../src/catalogue/catalogue.js';
import { scoutFolder } from '../src/catalogue/scout.js';
import { HubLog } from '../src/hub-log.js';
import { Hub } from '../src/hub.js';
import type { GroupPlan } from '../src/slots/slot-group.js';
import { Uplink } from '../src/uplink/uplink.js';
import { EventLog } from './event-log.js';
import { FakeBalancer } from './fake-balancer.js';
import { plan } from './plan.js';
import { taskFolder } from './task-folder.js';

export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a test may want to be otherwise. */
export interface HubUnderTestOptions {
  readonly files: Readonly<Record<string, string>>;
  readonly groups?: readonly GroupPlan[];
  readonly cancelGraceMs?: number;
  readonly prefetchMs?: number;
  readonly arguments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A hub with real workers, and the balancer of a test, in this process; both end with the test. */
export async function startHub(options: HubUnderTestOptions) {
  const balancer = await FakeBalancer.listen();
  const lines = new EventLog<LoggedLine>();
  const logger = (level: string) => (message: string, fields: object | undefined) =>
    lines.add({ level, message, fields: { ...fields } });
  const log = new HubLog({ log: logger('info'), warn: logger('warn'), error: logger('error') });
  const folder = taskFolder(options.files);
  const link: SessionLink = new SessionLink({
    endpoint: balancer.endpoint,
    helloPattern: 'hub.hello',
    hello: () => uplink.hello(),
    onWelcome: (data) => uplink.onWelcome(data),
    onBatch: (kind, frames) => uplink.onBatch(kind, frames),
    onEnvelope: (envelope) => uplink.onEnvelope(envelope),
    onLost: (reason) => uplink.onLost(reason),
    onFailed: (error: PenstockError) => lines.add({ level: 'fatal', message: error.message, fields: {} }),
    onError: (error) => lines.add({ level: 'error', message: String(error), fields: {} }),
    backoff: { firstMs: 10, maxMs: 50 },
  });
  const hub = new Hub(
    {
      groups: options.groups ?? [plan()],
      slots: {
        cancelGraceMs: options.cancelGraceMs ?? 200,
        prefetchMs: options.prefetchMs ?? 20,
        aheadMax: 4_096,
      },
      workers: {
        folder,
        importDeadlineMs: 2_000,
        arguments: options.arguments ?? {},
        resultBytesMax: 1024 * 1024,
        lineMax: 200,
      },
      clock: systemClock,
      random: Math.random,
    },
    link,
    log,
  );
  const uplink = new Uplink(hub, link, { name: 'test', incarnation: 'one' }, balancer.endpoint, log);
  const scouting = new AbortController();
  const catalogue: Catalogue = await scoutFolder(hub.workforce.scoutOptions(), scouting.signal);
  hub.open(catalogue);
  link.start();
  await link.ready();
  onTestFinished(async () => {
    hub.stopTaking();
    hub.workforce.close();
    hub.workforce.killAll();
    await hub.until(() => hub.workforce.isEmpty, 5_000);
    uplink.close();
    link.close();
    await balancer.close();
  });
  return { balancer, hub, uplink, link, lines, folder, catalogue };
}
