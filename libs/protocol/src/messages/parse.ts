import type { z } from 'zod';
import { PenstockError } from '../errors.js';

/**
 * Checks a control message's data.
 *
 * @throws PenstockError `INVALID_MESSAGE`, which names the first faulty fields and what was expected there
 */
export function parseMessage<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  what: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`));
  throw new PenstockError('INVALID_MESSAGE', `${what} is not valid: ${problems.join('; ')}`, {
    details: { problems },
  });
}
