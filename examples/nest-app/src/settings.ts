/** Where things are; the defaults are those of Penstock. */
export const settings = {
  port: Number(process.env['PORT'] ?? 3000),
  balancerHost: process.env['BALANCER_HOST'] ?? '127.0.0.1',
  balancerClientPort: Number(process.env['BALANCER_CLIENT_PORT'] ?? 5799),
  balancerWorkerPort: Number(process.env['BALANCER_WORKER_PORT'] ?? 5699),
};
