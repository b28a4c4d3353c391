import { isLoopback, type ParameterValues } from '@penstock/parameters';
import { join } from 'node:path';
import { httpUrl } from './local-parameters.js';

const DEFAULT_CLIENT_PORT = 5799;

/**
 * What to say once Penstock runs: how to hand in work, with the ports that it has.
 *
 * @param page a link to the page that signs a browser in
 * @param node how to call a Node.js that runs the script
 */
export function howToSubmit(
  values: Pick<
    ParameterValues,
    | 'LB_IP'
    | 'LB_HTTPPORT'
    | 'LB_HTTPCERT'
    | 'LB_CLIENTPULLPORT'
    | 'WKHUB_TASKS'
    | 'LB_BIND'
    | 'PENSTOCK_KEY'
    | 'PENSTOCK_TOKEN_FILE'
    | 'PENSTOCK_DATA'
    | 'PENSTOCK_DURABILITY'
  >,
  page: string,
  node: string,
): readonly string[] {
  const url = httpUrl(values);
  const { LB_CLIENTPULLPORT: port, PENSTOCK_KEY: key, WKHUB_TASKS: folder } = values;
  const options = [
    ...(port === DEFAULT_CLIENT_PORT ? [] : [`port: ${port}`]),
    ...(key === undefined ? [] : [`key: '${key}'`]),
  ].join(', ');
  return [
    '',
    `Penstock is ready. See what it does: ${page}`,
    'The link works once; "penstock login" prints another one.',
    '',
    `HTTP is at ${url} (described at ${url}/api/docs), clients dial port ${port}.`,
    '',
    'Hand in a task from a shell:',
    '',
    `  curl -X POST '${url}/api/tasks?wait=5s' -H 'content-type: application/json' \\`,
    ...tokenHeader(values),
    `    -d '{"name": "HELLO", "payload": {"firstName": "John", "lastName": "Doe"}}'`,
    '',
    `or from a script, hello.mjs, that is run with ${node} hello.mjs:`,
    '',
    "  import { TaskClient } from '@penstock/client';",
    `  const penstock = new TaskClient(${options === '' ? '' : `{ ${options} }`});`,
    "  const task = penstock.submit('HELLO', { firstName: 'John', lastName: 'Doe' });",
    '  console.log(await task.result());',
    '  await penstock.close();',
    '',
    `Each file in ${folder}/ is a task; new and changed ones are picked up. Ctrl-C stops everything.`,
    whatIsKept(values),
    '',
  ];
}

/** Other machines show a token, and then this one does as well. */
function tokenHeader({
  LB_BIND,
  PENSTOCK_TOKEN_FILE: file,
}: Pick<ParameterValues, 'LB_BIND' | 'PENSTOCK_TOKEN_FILE'>): readonly string[] {
  return isLoopback(LB_BIND) || file === undefined
    ? []
    : [`    -H "authorization: Bearer $(cat ${file})" \\`];
}

/** What is left of the tasks when all is started again. */
function whatIsKept({
  PENSTOCK_DATA: folder,
  PENSTOCK_DURABILITY: level,
}: Pick<ParameterValues, 'PENSTOCK_DATA' | 'PENSTOCK_DURABILITY'>): string {
  if (folder === 'none')
    return 'Tasks are in memory alone (PENSTOCK_DATA is none): the next start knows none of them.';
  return level === 'disk'
    ? `What is acknowledged is on the disk, in ${folder}: the next start goes on with it.`
    : `Tasks are in memory, but for those that ask for the disk (durability: disk), in ${folder}.`;
}

/**
 * How to call, in a shell, the Node.js that runs this: a checkout may have one of its own, newer than the machine's.
 *
 * @param cwd the folder in which the user types
 */
export function callNode(cwd: string): string {
  const own = join('node_modules', '.bin', 'node');
  return process.execPath.startsWith(join(cwd, 'node_modules')) ? own : 'node';
}
