import { describe, expect, it } from 'vitest';
import { renderFailures, renderReport } from './report.js';

const totals = {
  files: 4_193,
  failed: 0,
  bytes: 31_337_000,
  words: 4_000_000,
  lines: 500_000,
  seconds: 2.06,
  tasksPerSecond: 2_035.4,
  workers: { 'hub/w1': 3_193, 'hub/w2': 1_000 },
};

describe('the report', () => {
  it('shows the sums and the share of each worker', () => {
    const rows = renderReport(totals)
      .split('\n')
      .filter((line) => line.includes('│'))
      .map((line) =>
        line
          .split('│')
          .map((cell) => cell.trim())
          .filter(Boolean),
      );
    expect(rows).toEqual([
      ['files', 'bytes', 'words', 'lines', 'time', 'tasks/s'],
      ['4,193', '31,337,000', '4,000,000', '500,000', '2.1 s', '2,035'],
      ['worker', 'files', 'share'],
      ['hub/w1', '3,193', '76.2 %'],
      ['hub/w2', '1,000', '23.8 %'],
    ]);
  });

  it('has no colours', () => {
    expect(renderReport(totals)).not.toContain('\u001b');
  });
});

describe('the failures', () => {
  it('are not spoken of when there are none', () => {
    expect(renderFailures([])).toEqual([]);
  });

  it('are shown by name, the first ten of them', () => {
    const failures = Array.from({ length: 12 }, (_, index) => `file ${index}: gone`);
    const lines = renderFailures(failures);
    expect(lines[0]).toBe('12 could not be counted:');
    expect(lines).toContain('  file 9: gone');
    expect(lines).not.toContain('  file 10: gone');
    expect(lines.at(-1)).toBe('  and 2 more');
  });
});
