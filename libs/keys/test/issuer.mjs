// Issues keys in the folder argv[2], called argv[3]-0 and so on, as many as argv[4] says.
import { join } from 'node:path';
import { BalancerFolder } from '../dist/index.js';

const [, , path, name, count] = process.argv;
const folder = new BalancerFolder(path);
for (let number = 0; number < Number(count); number++)
  folder.issue(join(path, `${name}-${number}.key`), { name: `${name}-${number}`, role: 'client' });
