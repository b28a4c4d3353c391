import { TaskClient } from '@penstock/client';

const penstock = new TaskClient(); // a balancer on this machine: npm start
const task = penstock.submit('HELLO', { firstName: 'John', lastName: 'Doe' });
console.log(await task.result());
await penstock.close();
