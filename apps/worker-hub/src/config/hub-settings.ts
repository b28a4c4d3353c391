import { ConfinementError, processShapes, type Confinement, type HubSettings } from '@penstock/hub';
import { PeerKey } from '@penstock/keys';
import { workerGroups, type ParameterValues } from '@penstock/parameters';
import { availableParallelism, hostname } from 'node:os';
import { resolve } from 'node:path';
import { ownAddress } from './own-address.js';

/** How long the import of one task file may take. */
const IMPORT_DEADLINE_MS = 10_000;
/** Tasks that all groups together hold ahead of their slots: with what is unsettled, a hello must be able to list them. */
const AHEAD_MAX = 4_096;

/**
 * Reads a hub's settings from the parameters.
 *
 * @param cwd what WKHUB_TASKS is relative to
 * @param httpPort where health and metrics are served
 * @throws ConfinementError when workers cannot be confined as they are to be, PenstockError `INVALID_KEY`
 */
export function hubSettings(values: ParameterValues, cwd: string, httpPort: number): HubSettings {
  const groups = workerGroups(values, availableParallelism());
  const source = { folder: resolve(cwd, values.WKHUB_TASKS) };
  const confinement = confinementOf(values, cwd);
  if (confinement !== undefined && groups.some(({ kind }) => kind === 'inline')) {
    throw new ConfinementError(
      'a group with inline: true runs in the process of the hub and cannot be confined: give it processes, or say WKHUB_CONFINE=false and let its handlers reach what the hub does, its key included',
    );
  }
  const host = values.LB_IP.includes(':') ? `[${values.LB_IP}]` : values.LB_IP;
  return {
    name: values.WKHUB_NAME ?? hostname(),
    endpoint: `tcp://${host}:${values.LB_WKPULLPORT}`,
    ...(values.PENSTOCK_KEY === undefined ? {} : { key: PeerKey.read(values.PENSTOCK_KEY) }),
    watch: values.WKHUB_WATCH,
    drainTimeoutMs: values.WKHUB_DRAIN_TIMEOUT,
    probe: {
      bind: values.WKHUB_BIND,
      port: values.WKHUB_HCPORT,
      host: values.WKHUB_IP ?? ownAddress(values.WKHUB_BIND),
    },
    httpPort,
    groups,
    slots: {
      cancelGraceMs: values.WKHUB_CANCEL_GRACE,
      prefetchMs: values.WKHUB_PREFETCH_MS,
      aheadMax: AHEAD_MAX,
    },
    workers: {
      source,
      shapeOf: processShapes(source, {
        confinement,
        secrets: secretsOf(values),
        hasOwnNetworks: values.WKHUB_NETNS,
      }),
      imposed: { network: values.WKHUB_NO_NETWORK, files: values.WKHUB_NO_FILES },
      importDeadlineMs: IMPORT_DEADLINE_MS,
      arguments: values.WKHUB_ARGUMENTS,
      resultBytesMax: values.LB_PAYLOAD_MAX,
      lineMax: values.WKHUB_LOG_LINE_MAX,
    },
  };
}

function confinementOf(values: ParameterValues, cwd: string): Confinement | undefined {
  const { WKHUB_CONFINE, PENSTOCK_KEY, WKHUB_READ, WKHUB_WRITE, WKHUB_ALLOW, WKHUB_ENV } = values;
  if (!(WKHUB_CONFINE ?? PENSTOCK_KEY !== undefined)) return undefined;
  return {
    read: WKHUB_READ.map((path) => resolve(cwd, path)),
    write: WKHUB_WRITE.map((path) => resolve(cwd, path)),
    allow: WKHUB_ALLOW,
    variables: WKHUB_ENV,
  };
}

function secretsOf({ PENSTOCK_KEY, PENSTOCK_TOKENS }: ParameterValues): string[] {
  return [PENSTOCK_KEY, PENSTOCK_TOKENS].flatMap((path) => (path === undefined ? [] : [resolve(path)]));
}
