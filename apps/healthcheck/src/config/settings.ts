import { PeerKey } from '@penstock/keys';
import type { ParameterValues } from '@penstock/parameters';
import type { JudgeSettings } from '../verdict/observation.js';

/** What the parameters mean for a health check. */
export interface HealthSettings {
  /** The balancer's control port. */
  readonly balancer: string;
  /** Who this is, where the balancer has keys. */
  readonly key: PeerKey | undefined;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Addresses that may be dialled. */
  readonly allow: readonly string[];
  readonly judge: JudgeSettings;
  readonly webhook: string | undefined;
}

/**
 * Reads the settings from the parameters.
 *
 * @throws PenstockError `INVALID_KEY`
 */
export function healthSettings(values: ParameterValues): HealthSettings {
  const host = values.LB_IP.includes(':') ? `[${values.LB_IP}]` : values.LB_IP;
  return {
    balancer: `tcp://${host}:${values.LB_HCREPPORT}`,
    key: values.PENSTOCK_KEY === undefined ? undefined : PeerKey.read(values.PENSTOCK_KEY),
    intervalMs: values.HC_INTERVAL,
    timeoutMs: values.HC_TIMEOUT,
    allow: values.HC_ALLOW,
    webhook: values.HC_WEBHOOK,
    judge: {
      misses: values.HC_MISSES,
      heartbeatMs: values.HEARTBEAT_INTERVAL,
      waitWarningMs: values.HC_WAIT_WARNING,
      flaps: values.HC_FLAPS,
      flapWindowMs: values.HC_FLAP_WINDOW,
    },
  };
}
