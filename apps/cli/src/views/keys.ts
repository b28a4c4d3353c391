import { duration } from '@penstock/figures';
import type { AllowedKey } from '@penstock/keys';
import { renderTable } from './table.js';

/** Admitted keys, a line each. */
export function renderKeys(keys: readonly AllowedKey[], now: number): string {
  return renderTable(
    ['name', 'role', 'public key', 'users', 'tasks', 'expires'],
    keys.map(({ name, role, publicKey, users, tasks, expires }) => [
      name,
      role,
      publicKey,
      users?.join(',') ?? 'all',
      tasks?.join(',') ?? 'all',
      expiry(expires, now),
    ]),
  );
}

function expiry(expires: string | undefined, now: number): string {
  if (expires === undefined) return 'never';
  const leftMs = Date.parse(expires) - now;
  return leftMs <= 0 ? 'has expired' : `in ${duration(leftMs)}`;
}
