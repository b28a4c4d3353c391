// The calculator's server in a process of its own, to be killed: binds argv[2]. Runs what was built.
import 'reflect-metadata';
import { ZmqServer } from '@penstock/nestjs-zeromq';

const server = new ZmqServer({ bind: process.argv[2] });
server.addHandler('sum', async (numbers) => numbers.reduce((sum, number) => sum + number, 0));
server.addHandler('never', () => {
  process.stdout.write('asked\n');
  return new Promise(() => {});
});
await server.listen((error) => process.stdout.write(error === undefined ? 'listening\n' : 'failed\n'));
