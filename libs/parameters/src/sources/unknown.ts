import { nearestWord } from '../suggestion.js';
import { parameterNames } from '../table/table.js';

/** The line about a word that is no parameter; `spell` writes a parameter's name as that source does. */
export function unknownParameter(
  word: string,
  where: string,
  spell: (name: string) => string = String,
): string {
  const nearest = nearestWord(word, parameterNames.map(spell));
  const help = nearest === undefined ? '' : `: did you mean "${nearest}"?`;
  return `unknown parameter "${word}" (${where})${help}`;
}
