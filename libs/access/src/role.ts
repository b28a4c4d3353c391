/** The roles of HTTP. A viewer looks, a client hands in, an operator does both and steers, an admin may do all of it. */
export const roles = ['viewer', 'client', 'operator', 'admin'] as const;

export type Role = (typeof roles)[number];

/** What an address may ask of its callers, with the roles that have it. */
const holders = {
  /** To be somebody. A client sees its own tasks alone. */
  known: roles,
  /** To see everything: tasks of all users, workers, figures, events. */
  read: ['viewer', 'operator', 'admin'],
  /** To hand in tasks, and to cancel them; a client its own alone. */
  submit: ['client', 'operator', 'admin'],
  /** To run dead tasks again, and to let others in by a link. */
  operate: ['operator', 'admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof holders;

export const rights = Object.keys(holders) as readonly Right[];

/** The roles that have a right. */
export function rolesWith(right: Right): readonly Role[] {
  return holders[right];
}

/** All that a role may do. */
export function rightsOf(role: Role): readonly Right[] {
  return rights.filter((right) => rolesWith(right).includes(role));
}

/** Roles that a person at the page may have, each with more rights than the one before. */
export const pageRoles = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[];

export type PageRole = (typeof pageRoles)[number];

/** Whether a caller of this role may let somebody in as another: nobody gives more than he has. */
export function mayLetIn(role: Role, as: PageRole): boolean {
  return rolesWith('operate').includes(role) && pageRoles.indexOf(as) <= pageRoles.indexOf(role as PageRole);
}
