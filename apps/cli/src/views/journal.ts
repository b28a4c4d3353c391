import { bytes, count } from '@penstock/figures';
import type { CheckReport, Finding, SalvageReport } from '@penstock/journal';

/** What a check of a journal has found. */
export function renderCheck({ file, state, entries, bytes: size, findings }: CheckReport): readonly string[] {
  const opened = state === undefined ? '' : `, opened ${count(state.epoch)} times`;
  return [
    `${file}: ${count(entries)} whole entries, ${bytes(size)}${opened}`,
    ...(findings.length === 0 ? ['nothing is wrong'] : findings.map(findingText)),
  ];
}

/** What came of salvaging one. */
export function renderSalvage(report: SalvageReport): readonly string[] {
  const { to, entries, bytes: size, missing, uncertain, findings } = report;
  return [
    ...findings.map(findingText),
    `${to}: ${count(entries)} entries, ${bytes(size)}`,
    missing === undefined
      ? 'how many there were cannot be read any more'
      : missing === 0
        ? 'none is missing'
        : `${count(missing)} could not be read`,
    ...(uncertain.length === 0
      ? []
      : [`${count(uncertain.length)} of them may have been over long ago: tasks in these may run once more`]),
  ];
}

/** Whether all that was written is there again. */
export function isWhole({ missing, uncertain }: SalvageReport): boolean {
  return missing === 0 && uncertain.length === 0;
}

function findingText({ message }: Finding): string {
  return `- ${message}`;
}
