import { Router } from 'zeromq';

/** The far end of the yardstick: sends every message back. Tells its endpoint to its parent. */
const socket = new Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0 });
await socket.bind('tcp://127.0.0.1:*');
process.send?.(socket.lastEndpoint);
process.on('disconnect', () => process.exit(0));
for await (const message of socket) await socket.send(message);
