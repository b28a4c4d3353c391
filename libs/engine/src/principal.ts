import { ANONYMOUS, PenstockError, type HubGroup, type ProbeAddress } from '@penstock/protocol';
import type { Refusal, Task } from '@penstock/scheduler';
import type { Session } from './session.js';

/** Whose key a session has, and what that may do. Without keys sessions have none, and may do everything. */
export interface Principal {
  /** Its public key. */
  readonly key: string;
  /** For people. */
  readonly name: string;
  /** What it is for. */
  readonly role: string;
  /** Users in whose names it may act; `undefined` = all. */
  readonly users: ReadonlySet<string> | undefined;
  /** Names of the tasks that it may hand in or run; `undefined` = all. */
  readonly tasks: ReadonlySet<string> | undefined;
}

/**
 * A known incarnation goes on with the key that it began with.
 *
 * @throws PenstockError `FORBIDDEN`
 */
export function requireSameKey(before: Session | undefined, principal: Principal | undefined): void {
  if (before === undefined || before.principal?.key === principal?.key) return;
  throw new PenstockError('FORBIDDEN', `the incarnation ${before.incarnation} has another key`);
}

/**
 * A hub runs no other tasks than its key may.
 *
 * @throws PenstockError `FORBIDDEN`
 */
export function requireTasks(groups: readonly HubGroup[], principal: Principal | undefined): void {
  if (principal?.tasks === undefined) return;
  const { tasks, name } = principal;
  for (const group of groups) {
    const other = group.tasks.find((task) => !tasks.has(task));
    if (other === undefined) continue;
    throw new PenstockError('FORBIDDEN', `the key ${name} may not run the task "${other}"`, {
      details: { task: other },
    });
  }
}

/**
 * A hub answers probes with its own key and no other, lest another end is taken for it.
 *
 * @throws PenstockError `FORBIDDEN`
 */
export function requireOwnProbe(probe: ProbeAddress | undefined, principal: Principal | undefined): void {
  if (principal === undefined || probe?.key === undefined || probe.key === principal.key) return;
  throw new PenstockError('FORBIDDEN', 'a hub announces its own key for probes, not that of another');
}

/** The principal if not every task is its own to hand in: nearly always none, which costs a batch one look. */
export function limitedBy(principal: Principal | undefined): Principal | undefined {
  return principal?.users === undefined && principal?.tasks === undefined ? undefined : principal;
}

/** Why a principal may not hand in such a task; `undefined` = it may. */
export function grantRefusal(
  { name, users, tasks }: Principal,
  task: string | undefined,
  userId: string | undefined,
): Refusal | undefined {
  const user = userId || ANONYMOUS;
  if (users !== undefined && !users.has(user))
    return { code: 'FORBIDDEN', message: `the key ${name} may not act for user "${user.slice(0, 128)}"` };
  if (tasks !== undefined && !tasks.has(task ?? ''))
    return {
      code: 'FORBIDDEN',
      message: `the key ${name} may not hand in the task "${(task ?? '').slice(0, 128)}"`,
    };
  return undefined;
}

/** Whether a principal may see a task, follow it and cancel it. */
export function maySee(principal: Principal | undefined, { user, name }: Task): boolean {
  if (principal === undefined) return true;
  const { users, tasks } = principal;
  return (users?.has(user.id) ?? true) && (tasks?.has(name.text) ?? true);
}

/** Whether a key may do what it might before. */
export function isSame(before: Principal, now: Principal | undefined): boolean {
  return (
    now?.role === before.role && isSameSet(before.users, now.users) && isSameSet(before.tasks, now.tasks)
  );
}

function isSameSet(one: ReadonlySet<string> | undefined, two: ReadonlySet<string> | undefined): boolean {
  if (one === undefined || two === undefined) return one === two;
  return one.size === two.size && [...one].every((word) => two.has(word));
}
