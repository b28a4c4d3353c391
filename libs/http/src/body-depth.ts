import { PenstockError } from '@penstock/protocol';
import type { FastifyInstance } from 'fastify';

/** Levels that the JSON of a body may nest: more than anybody writes, and few enough to be walked through. */
const DEPTH_MAX = 256;

/** Has a server refuse bodies whose nesting would exhaust the stack of whatever looks at them later. */
export function limitBodyDepth(server: FastifyInstance): void {
  server.addHook('preValidation', async ({ body }) => mustNest(body, DEPTH_MAX));
}

/** @throws PenstockError `INVALID_MESSAGE` */
function mustNest(value: unknown, levels: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (levels === 0) throw new PenstockError('INVALID_MESSAGE', `the body nests at most ${DEPTH_MAX} levels`);
  for (const child of Object.values(value) as unknown[]) mustNest(child, levels - 1);
}
