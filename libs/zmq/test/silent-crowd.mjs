// Opens connections to an endpoint, with a key that is admitted, and says nothing on any of them until it is killed. Prints how many
// were let in and turned away, once all of them were one or the other. What it is to do comes as JSON on its standard input.
import { text } from 'node:stream/consumers';
import { Router } from 'zeromq';

const { endpoint, size, serverKey, publicKey, secretKey } = JSON.parse(await text(process.stdin));
// A DEALER would dial an endpoint but once.
const crowd = new Router({
  linger: 0,
  // Who is turned away stays away.
  reconnectInterval: -1,
  curveServerKey: serverKey,
  curvePublicKey: publicKey,
  curveSecretKey: secretKey,
});
const seen = { in: 0, away: 0 };
function count(what) {
  seen[what]++;
  if (seen.in + seen.away === size) process.stdout.write(`${JSON.stringify(seen)}\n`);
}
crowd.events.on('handshake', () => count('in'));
crowd.events.on('handshake:error:auth', () => count('away'));
// Not all at once, lest the system drops those that wait to be accepted.
for (let opened = 0; opened < size; opened++) {
  crowd.connect(endpoint);
  if (opened % 100 === 99) while (seen.in + seen.away <= opened - 100) await new Promise(setImmediate);
}
