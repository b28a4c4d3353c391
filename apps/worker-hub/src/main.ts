#!/usr/bin/env node
import { createLogger } from '@penstock/logging';
import { parametersOrExit } from '@penstock/parameters';
import { systemClock } from '@penstock/runtime';
import { SessionLink } from '@penstock/zmq';
import { randomUUID } from 'node:crypto';
import { TaskFolder } from './catalogue/task-folder.js';
import { hubSettings } from './config/hub-settings.js';
import { drain } from './drain.js';
import { HubLog } from './hub-log.js';
import { Hub } from './hub.js';
import { Uplink } from './uplink/uplink.js';

const { values } = parametersOrExit('worker-hub');
const logger = createLogger({ level: values.LOG_LEVEL, format: values.LOG_FORMAT });
const log = new HubLog(logger);
const settings = hubSettings(values, process.cwd());
log.starting(settings.name, settings.endpoint);
for (const group of settings.groups) log.group(group);

const link: SessionLink = new SessionLink({
  endpoint: settings.endpoint,
  helloPattern: 'hub.hello',
  hello: () => uplink.hello(),
  onWelcome: (data) => uplink.onWelcome(data),
  onBatch: (kind, frames) => uplink.onBatch(kind, frames),
  onEnvelope: (envelope) => uplink.onEnvelope(envelope),
  onLost: (reason) => uplink.onLost(reason),
  onFailed: (error) => {
    logger.fatal(error);
    process.exit(1);
  },
  onError: (error) => logger.error(error),
  onHelloFailed: (error, delayMs) => log.helloFailed(error.message, delayMs),
});
const hub = new Hub({ ...settings, clock: systemClock, random: Math.random }, link, log);
const uplink = new Uplink(
  hub,
  link,
  { name: settings.name, incarnation: randomUUID() },
  settings.endpoint,
  log,
);
const folder = new TaskFolder(hub, settings.workers.folder, log, () => uplink.tellGroups());
await folder.open(settings.watch);
link.start();
let isStopping = false;
const stop = async (): Promise<void> => {
  if (isStopping) process.exit(130);
  isStopping = true;
  folder.close();
  await drain(hub, link, log, settings.drainTimeoutMs);
  uplink.close();
  link.close({ goodbyePattern: 'hub.goodbye', reason: 'the hub stops' });
  log.exited();
  process.exit(0);
};
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());
process.on('SIGHUP', () => void folder.reload());
