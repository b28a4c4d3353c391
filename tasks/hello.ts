import { defineTask } from '@penstock/worker';

/** The first task of anybody: greets. */
export default defineTask({
  name: 'HELLO',
  run: ({ firstName, lastName }: { firstName: string; lastName: string }) =>
    `Hello ${firstName} ${lastName} !`,
});
