import type { ParameterName } from './table/table.js';
import type { ParameterValues } from './values.js';

type NumberName = { [N in ParameterName]: ParameterValues[N] extends number ? N : never }[ParameterName];

/** A condition between two parameters that are each right by themselves. */
export interface CrossCheck {
  readonly name: NumberName;
  /** What is expected of it, to be read before the other's name. */
  readonly expected: string;
  readonly other: NumberName;
  readonly holds: (value: number, other: number) => boolean;
}

const balancerPorts = ['LB_CLIENTPULLPORT', 'LB_WKPULLPORT', 'LB_HCREPPORT', 'LB_HTTPPORT'] as const;

/** Every condition between parameters. */
export const crossChecks: readonly CrossCheck[] = [
  {
    // One lost heartbeat, or two, is no lost peer.
    name: 'HEARTBEAT_TIMEOUT',
    expected: 'at least 3 times',
    other: 'HEARTBEAT_INTERVAL',
    holds: (timeout, interval) => timeout >= 3 * interval,
  },
  {
    // Otherwise the largest payload that is allowed could never be sent.
    name: 'LB_WINDOW_BYTES',
    expected: 'at least',
    other: 'LB_PAYLOAD_MAX',
    holds: (window, payload) => window >= payload,
  },
  {
    name: 'LB_QUEUE_MAXBYTES',
    expected: 'at least',
    other: 'LB_PAYLOAD_MAX',
    holds: (held, payload) => held >= payload,
  },
  ...balancerPorts.flatMap((name, index) =>
    balancerPorts.slice(0, index).map((other) => ({
      name,
      expected: 'another port than',
      other,
      // 0 is a free port, another one each time.
      holds: (one: number, two: number) => one !== two || one === 0,
    })),
  ),
];
