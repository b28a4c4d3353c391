/** What a key may be used for. */
export const roles = ['client', 'worker', 'health', 'operator', 'admin', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** The ports of a balancer, and who is admitted there. */
export const admittedRoles = {
  clients: ['client', 'operator', 'admin'],
  hubs: ['worker'],
  control: ['health', 'operator', 'admin', 'viewer'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type PortName = keyof typeof admittedRoles;

/** Whether keys of a role are admitted at a port. */
export function admits(port: PortName, role: Role): boolean {
  const admitted: readonly Role[] = admittedRoles[port];
  return admitted.includes(role);
}
