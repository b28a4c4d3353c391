import type { HealthWarning } from '@penstock/protocol';

/** A warning without its time. */
export type Finding = Omit<HealthWarning, 'since'>;

/** Which warnings hold now, which of them are new, and which are over. */
export interface WarningChanges {
  readonly warnings: readonly HealthWarning[];
  readonly began: readonly HealthWarning[];
  readonly ended: readonly HealthWarning[];
}

/** Compares what is found in this round with the warnings of the last one. */
export function updateWarnings(
  before: readonly HealthWarning[],
  findings: readonly Finding[],
  wallMs: number,
): WarningChanges {
  const known = new Map(before.map((warning) => [keyOf(warning), warning]));
  const warnings = findings.map((finding) => ({
    ...finding,
    since: known.get(keyOf(finding))?.since ?? wallMs,
  }));
  const now = new Set(warnings.map(keyOf));
  return {
    warnings,
    began: warnings.filter((warning) => !known.has(keyOf(warning))),
    ended: before.filter((warning) => !now.has(keyOf(warning))),
  };
}

function keyOf({ code, subject }: Finding): string {
  return `${code} ${subject}`;
}
