import type { Right } from '@penstock/access';

/** What an address asks of its callers: nothing, or a right. */
export type Need = 'anyone' | Right;

/**
 * What each address of an HTTP interface asks of its callers, by method and path, such as `GET /api/tasks/:id`. A path
 * that ends in `*` stands for all that begin so. There is no address that is not in here.
 */
export type Policy = Readonly<Record<string, Need>>;

/**
 * What an address asks.
 *
 * @param path as its route was declared
 * @throws Error when it is not in the policy
 */
export function needOf(policy: Policy, method: string, path: string): Need {
  const route = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  const key = Object.hasOwn(policy, route)
    ? route
    : Object.keys(policy).find((family) => family.endsWith('*') && route.startsWith(family.slice(0, -1)));
  const need = key === undefined ? undefined : policy[key];
  if (need === undefined) throw new Error(`the policy does not say who may call ${route}`);
  return need;
}
