/**
 * Colours of lines and shares that people with any colour vision tell apart (Okabe and Ito), each light and dark enough
 * for both themes. What goes beyond them repeats, with another dash.
 */
const colors = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#b8a200',
  '#8c6bb1',
] as const;

/**
 * The number of each name's colour: the same in charts and tables, and for as long as no name is added.
 *
 * @param names all that there are, in any order
 */
export function colorNumbers(names: Iterable<string>): ReadonlyMap<string, number> {
  return new Map([...new Set(names)].toSorted().map((name, index) => [name, index]));
}

/** The colour of the line with this number, and how it is dashed. */
export function seriesStyle(index: number): { readonly color: string; readonly dash: number[] } {
  const round = Math.floor(index / colors.length);
  return { color: colors[index % colors.length] ?? colors[0], dash: round === 0 ? [] : [2 + 4 * round, 4] };
}
