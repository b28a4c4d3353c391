import { freePorts } from '@penstock/free-ports';

/** The ports of a cluster. */
export type Ports = Readonly<Record<'client' | 'hub' | 'control' | 'http' | 'health' | 'monitor', number>>;

/** Ports for a whole cluster. */
export async function freeClusterPorts(): Promise<Ports> {
  const [client, hub, control, http, health, monitor] = await freePorts(6);
  return { client, hub, control, http, health, monitor } as Ports;
}

/** The parameters that make Penstock take these ports, and hubs any that are free. */
export function portParameters({ client, hub, control, http, health, monitor }: Ports) {
  return {
    LB_CLIENTPULLPORT: `${client}`,
    LB_WKPULLPORT: `${hub}`,
    LB_HCREPPORT: `${control}`,
    LB_HTTPPORT: `${http}`,
    HC_HTTPPORT: `${health}`,
    MONITOR_PORT: `${monitor}`,
    WKHUB_HCPORT: '0',
    WKHUB_HTTPPORT: '0',
  };
}
