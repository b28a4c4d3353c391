import { scan } from './scan.js';
import { salvageFile } from './salvage-file.js';

// A process of its own for what may end a process: looking at bytes that may be damaged. See inChild.
const [, , job, ...paths] = process.argv;
const [from = '', to = ''] = paths;
const answer = job === 'salvage' ? await salvageFile(from, to) : scan(from);
process.send?.(answer, () => process.disconnect());
