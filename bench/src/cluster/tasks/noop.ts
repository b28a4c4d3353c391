import { defineTask } from '@penstock/worker';

/** Does nothing: what is left is what Penstock itself costs. */
export default defineTask({ name: 'NOOP', run: () => 'ok' });
