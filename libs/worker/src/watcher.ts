/**
 * The second thread of a worker's process. It ends the process when the hub is gone, takes back unclaimed tasks, and
 * tells which task was claimed, and that the process lives: all of it while a handler blocks the main thread, for ever if it likes.
 */
import { decodeEnvelope, isCall } from '@penstock/protocol/wire';
import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';
import { ClaimWatch } from './claim-watch.js';
import { ClaimWord } from './claim-word.js';
import { sendControl, type Watching } from './link/messages.js';
import { StreamLink } from './link/stream-link.js';
import { CONTROL_FRAME_BYTES_MAX, LIFELINE_FD } from './process-shape.js';

const claims = new ClaimWord(workerData as SharedArrayBuffer);
const lifeline = new Socket({ fd: LIFELINE_FD, readable: true, writable: true });

function die(): void {
  // The worker leads a process group of its own, so this reaches what its handlers spawned as well.
  process.kill(-process.pid, 'SIGKILL');
}

lifeline.on('end', die);
lifeline.on('error', die);

const link = new StreamLink(
  lifeline,
  ([frame]) => {
    if (frame === undefined) return;
    const { envelope } = decodeEnvelope(frame);
    if (!isCall(envelope)) return;
    if (envelope.pattern === ('watch.beat' satisfies keyof Watching)) {
      sendControl<Watching, 'watch.alive'>(link, 'watch.alive', {});
    } else if (envelope.pattern === ('watch.recall' satisfies keyof Watching)) {
      const { end } = envelope.data as Watching['watch.recall'];
      sendControl<Watching, 'watch.recalled'>(link, 'watch.recalled', { from: claims.recall(end) });
    }
  },
  CONTROL_FRAME_BYTES_MAX,
);

new ClaimWatch(claims, (claimed) =>
  sendControl<Watching, 'watch.claimed'>(link, 'watch.claimed', { claimed }),
);
