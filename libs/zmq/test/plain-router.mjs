// A balancer written with plain zeromq, to be killed: binds argv[2], answers each hello with the session argv[3].1.
import { Router } from 'zeromq';

const [, , endpoint, epoch] = process.argv;
const HEAD_BYTES = 24;

const router = new Router({ linger: 0 });
await router.bind(endpoint);
process.stdout.write('bound\n');

for await (const [peer, frame] of router) {
  const { id, pattern } = JSON.parse(frame.subarray(HEAD_BYTES).toString());
  if (!pattern?.endsWith('.hello')) continue;
  const welcome = { session: { epoch: Number(epoch), number: 1 }, heartbeatMs: 1000, lostMs: 10000 };
  const body = JSON.stringify({ id, response: welcome, isDisposed: true });
  const head = Buffer.alloc(HEAD_BYTES);
  head.write('PNSK');
  head[4] = 1;
  await router.send([peer, Buffer.concat([head, Buffer.from(body)])]);
}
