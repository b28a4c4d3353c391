// A peer written with plain zeromq, to be killed: dials argv[2] and says one word.
import { Dealer } from 'zeromq';

const dealer = new Dealer({ linger: 0 });
dealer.connect(process.argv[2]);
await dealer.send('hello');
await dealer.receive();
