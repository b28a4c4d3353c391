import { fileURLToPath } from 'node:url';

/** The folder of the checkout, in which users type their commands. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
