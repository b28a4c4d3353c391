import Table from 'cli-table3';

/** A column: its title, and whether it has figures, which stand to the right. */
export type Column = string | { readonly figures: string };

const none = '';
const borders = {
  top: none,
  'top-mid': none,
  'top-left': none,
  'top-right': none,
  bottom: none,
  'bottom-mid': none,
  'bottom-left': none,
  'bottom-right': none,
  left: none,
  'left-mid': none,
  mid: none,
  'mid-mid': none,
  right: none,
  'right-mid': none,
  middle: '  ',
};

/** A table as `ps` and `docker ps` have it: without lines and colours, so that it can be cut up by other programs. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map((column) => (typeof column === 'string' ? column : column.figures).toUpperCase()),
    colAligns: columns.map((column) => (typeof column === 'string' ? 'left' : 'right')),
    chars: borders,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
