const longest = 80;

/** A given value for an error line: as JSON, cut off when long. */
export function show(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length <= longest ? json : `${json.slice(0, longest)}...`;
}
