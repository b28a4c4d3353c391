import { RefusedError } from './refused-error.js';
import { rolesWith, type Right, type Role } from './role.js';

/** How somebody is known. */
export const waysIn = ['token', 'session', 'local', 'anybody'] as const;

/** Somebody who calls, and is known. */
export interface Caller {
  /** The name of the token; a session has that of the token by which it was opened. */
  readonly name: string;
  readonly role: Role;
  /** How it is known. `local`: it is a program of this machine; `anybody`: nobody is asked. */
  readonly by: (typeof waysIn)[number];
  /** The token, by its {@link tokenId}. */
  readonly tokenId?: string;
  /** The session, by its id. */
  readonly sessionId?: string;
  /** When this is over, in milliseconds since 1970. */
  readonly expiresAt?: number;
  /** A client's: the users for whom it hands in tasks, and whose tasks it sees. `*` = all. */
  readonly users?: readonly string[] | '*';
  /** A client's: the names of the tasks that it may hand in. None = all. */
  readonly tasks?: readonly string[];
}

/** A program on this machine, to which loopback is open. */
export const localProgram: Caller = { name: 'local', role: 'admin', by: 'local' };

/** Whoever calls where nobody is asked. */
export const anybody: Caller = { name: 'anybody', role: 'admin', by: 'anybody' };

/** A caller in words, such as `the token "ops" (operator)`. */
export function nameOf({ by, name, role }: Caller): string {
  if (by === 'anybody') return by;
  return by === 'local' ? 'a program of this machine' : `the ${by} ${JSON.stringify(name)} (${role})`;
}

/** @throws RefusedError `FORBIDDEN` */
export function mustHave(caller: Caller, right: Right): void {
  const able = rolesWith(right);
  if (able.includes(caller.role)) return;
  throw new RefusedError('role', `${nameOf(caller)} may not do this: it takes the role ${inWords(able)}`);
}

/** Whether a caller has to do with tasks of a user: all have but a client, which has to do with its own. */
export function mayUse({ role, users = '*' }: Caller, userId: string): boolean {
  return role !== 'client' || users === '*' || users.includes(userId);
}

/**
 * The user for whom a caller hands in a task.
 *
 * @param userId as the caller has it; none: a client's own, where it has but one
 * @throws RefusedError `FORBIDDEN` when it may not hand this task in for this user
 */
export function userFor(caller: Caller, userId: string | undefined, task: string): string | undefined {
  const { role, users, tasks } = caller;
  if (role !== 'client') return userId;
  if (tasks !== undefined && !tasks.includes(task)) {
    throw new RefusedError('grant', `${nameOf(caller)} may not hand in ${JSON.stringify(task)}`);
  }
  const chosen = userId ?? (users === '*' ? undefined : users?.[0]);
  if (chosen !== undefined && !mayUse(caller, chosen)) {
    throw new RefusedError('grant', `${nameOf(caller)} may not act for the user ${JSON.stringify(chosen)}`);
  }
  return chosen;
}

function inWords(words: readonly string[]): string {
  return words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
