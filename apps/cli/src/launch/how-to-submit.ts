import type { ParameterValues } from '@penstock/parameters';
import { httpUrl } from './local-parameters.js';

const DEFAULT_CLIENT_PORT = 5799;

/** What to say once Penstock runs: how to hand in work, with the ports that it has. */
export function howToSubmit(
  values: Pick<ParameterValues, 'LB_IP' | 'LB_HTTPPORT' | 'LB_CLIENTPULLPORT' | 'WKHUB_TASKS'>,
): readonly string[] {
  const url = httpUrl(values);
  const { LB_CLIENTPULLPORT: port, WKHUB_TASKS: folder } = values;
  const options = port === DEFAULT_CLIENT_PORT ? '' : `{ port: ${port} }`;
  return [
    '',
    `Penstock is ready: HTTP at ${url} (described at ${url}/api/docs), clients at port ${port}.`,
    '',
    'Hand in a task from a shell:',
    '',
    `  curl -X POST '${url}/api/tasks?wait=5s' -H 'content-type: application/json' \\`,
    `    -d '{"name": "HELLO", "payload": {"firstName": "John", "lastName": "Doe"}}'`,
    '',
    'or from a script, hello.mjs, on Node.js 22.18 or newer:',
    '',
    "  import { TaskClient } from '@penstock/client';",
    `  const penstock = new TaskClient(${options});`,
    "  const task = penstock.submit('HELLO', { firstName: 'John', lastName: 'Doe' });",
    '  console.log(await task.result());',
    '  await penstock.close();',
    '',
    `Each file in ${folder}/ is a task; new and changed ones are picked up. Ctrl-C stops everything.`,
    '',
  ];
}
