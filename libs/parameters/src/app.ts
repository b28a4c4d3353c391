/** The parts of Penstock that read parameters themselves. */
export const parts = ['balancer', 'worker-hub', 'client', 'healthcheck', 'monitor'] as const;

/** A part of Penstock that reads parameters. */
export type Part = (typeof parts)[number];

/** A program that loads parameters: a part, or the launcher, which takes them all and hands them to the parts. */
export type App = Part | 'launcher';
