import { expect, onTestFinished } from 'vitest';
import type { ProbeSettings } from '../src/hub-settings.js';
import { Hub } from '../src/hub.js';
import type { GroupPlan } from '../src/slots/slot-group.js';
import { processShapes, type Confinement } from '../src/workers/confinement.js';
import type { ImposedIsolation } from '../src/workers/isolation.js';
import { startWorkerHub } from '../src/worker-hub.js';
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
  readonly watch?: boolean;
  readonly importDeadlineMs?: number;
  readonly probe?: ProbeSettings;
  readonly confinement?: Confinement;
  readonly hasOwnNetworks?: boolean;
  readonly imposed?: ImposedIsolation;
  readonly arguments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A hub with real workers, and the balancer of a test, in this process; both end with the test. */
export async function startHub(options: HubUnderTestOptions) {
  const balancer = await FakeBalancer.listen();
  const lines = new EventLog<LoggedLine>();
  const log = (level: string) => (message: unknown, fields: unknown) =>
    lines.add({ level, message: String(message), fields: { ...(fields as object) } });
  const logger = { log: log('info'), warn: log('warn'), error: log('error') };
  const folder = taskFolder(options.files);
  const running = await startWorkerHub(
    {
      name: 'test',
      endpoint: balancer.endpoint,
      watch: options.watch ?? false,
      drainTimeoutMs: 100,
      ...(options.probe === undefined ? {} : { probe: options.probe }),
      groups: options.groups ?? [plan()],
      slots: {
        cancelGraceMs: options.cancelGraceMs ?? 200,
        prefetchMs: options.prefetchMs ?? 20,
        aheadMax: 4_096,
      },
      workers: {
        source: { folder },
        shapeOf: processShapes(
          { folder },
          { confinement: options.confinement, hasOwnNetworks: options.hasOwnNetworks ?? true },
        ),
        ...(options.imposed === undefined ? {} : { imposed: options.imposed }),
        importDeadlineMs: options.importDeadlineMs ?? 5_000,
        arguments: options.arguments ?? {},
        resultBytesMax: 1024 * 1024,
        lineMax: 200,
      },
    },
    logger,
    ({ message }) => lines.add({ level: 'fatal', message, fields: {} }),
  );
  const hub = running.app.get(Hub);
  onTestFinished(async () => {
    await running.stop();
    expect(hub.workforce.isEmpty).toBe(true);
    await balancer.close();
  });
  return { balancer, hub, lines, folder, running };
}
