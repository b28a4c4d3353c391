import { duration } from '../kinds/duration.js';
import { count } from '../kinds/numbers.js';
import { choice, text } from '../kinds/words.js';
import { parameter } from '../parameter.js';

/** What survives what. */
export const durability = {
  PENSTOCK_DATA: parameter({
    kind: text('folder', 'a folder, or none', 4_096),
    default: '.penstock',
    meaning:
      'Folder of the journal, relative to the working directory. The word none keeps everything in memory alone.',
    usedBy: ['balancer'],
  }),
  PENSTOCK_DURABILITY: parameter({
    kind: choice(['disk', 'memory']),
    default: 'disk',
    meaning:
      'What the acknowledgement of a task promises that does not say what it wants: it is on the disk, or in the memory of the balancer.',
    usedBy: ['balancer'],
  }),
  LB_REATTACH_WINDOW: parameter({
    kind: duration({ min: '0ms', max: '24h' }),
    default: '10s',
    meaning:
      'After a restart of the balancer, how long worker hubs have to come back with the tasks that they ran; then those run again elsewhere.',
    usedBy: ['balancer'],
  }),
  LB_CRASHES_MAX: parameter({
    kind: count('workers'),
    default: 3,
    meaning: 'A task that has killed so many workers is not tried again.',
    usedBy: ['balancer'],
  }),
  LB_HUB_LOSSES_MAX: parameter({
    kind: count('worker hubs'),
    default: 16,
    meaning: 'A task that was running on so many worker hubs when these were lost is not tried again.',
    usedBy: ['balancer'],
  }),
};
