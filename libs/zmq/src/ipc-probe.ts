import { connect } from 'node:net';

/** Whether somebody listens at an `ipc://` endpoint. Wildcards and abstract names (`ipc://@name`) are libzmq's own care. */
export function isIpcServed(endpoint: string): Promise<boolean> {
  const path = endpoint.slice('ipc://'.length);
  if (path === '*' || path.startsWith('@')) return Promise.resolve(false);
  return new Promise((resolve) => {
    const probe = connect(path);
    const settle = (isServed: boolean) => {
      probe.destroy();
      resolve(isServed);
    };
    probe.once('connect', () => settle(true));
    probe.once('error', () => settle(false));
  });
}
