import { closest, distance } from 'fastest-levenshtein';

/** The known word that somebody who wrote `word` most likely meant, or `undefined` when none is near. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const byLowerCase = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  if (byLowerCase.size === 0) return undefined;
  const nearest = closest(wanted, [...byLowerCase.keys()]);
  // A quarter of the letters wrong is a slip of the finger; more is another word.
  const slips = Math.max(1, Math.floor(nearest.length / 4));
  return distance(wanted, nearest) <= slips ? byLowerCase.get(nearest) : undefined;
}
