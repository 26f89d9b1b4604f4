import type { TextMatch } from '../filter/condition';
import { caseVariants } from '../values/folding';
import type { NumberRange } from '../values/number';
import { alternatives, escapeRegex } from './literal';

/** A character, or a class of the characters that it equals when case does not matter. */
function characterPattern(character: string, fold: boolean): string {
  const variants = fold ? caseVariants(character) : [character];
  return variants.length === 1 ? escapeRegex(character) : `[${variants.join('')}]`;
}

/** A pattern (RE2) for text, its case spelled out where it does not matter: see `values/folding`. */
export function textPattern(text: string, fold: boolean): string {
  return Array.from(text, (character) => characterPattern(character, fold)).join('');
}

/** Patterns of whole values that contain, equal, start or end with one of the texts. `any` is what the rest may be. */
export function wholePatterns(how: TextMatch, values: readonly string[], fold: boolean, any = '.*'): string[] {
  const before = how === 'contains' || how === 'ends' ? any : '';
  const after = how === 'contains' || how === 'starts' ? any : '';
  return values.map((value) => `${before}${textPattern(value, fold)}${after}`);
}

const digitClass = (low: number, high: number) => (low === high ? String(low) : `[${low}-${high}]`);
const anyDigits = (count: number) => (count === 0 ? '' : count === 1 ? '[0-9]' : `[0-9]{${count}}`);

/** Patterns of the numbers from `from` to `to`, which have equally many digits. */
function sameLength(from: string, to: string): string[] {
  if (from === to) {
    return [from];
  }
  const [low, high] = [Number(from[0]), Number(to[0])];
  const [lowRest, highRest] = [from.slice(1), to.slice(1)];
  const width = lowRest.length;
  if (width === 0) {
    return [digitClass(low, high)];
  }
  if (low === high) {
    return sameLength(lowRest, highRest).map((rest) => `${low}${rest}`);
  }
  const [zeros, nines] = ['0'.repeat(width), '9'.repeat(width)];
  const startsFull = lowRest === zeros;
  const endsFull = highRest === nines;
  const [firstFull, lastFull] = [startsFull ? low : low + 1, endsFull ? high : high - 1];
  return [
    ...(startsFull ? [] : sameLength(lowRest, nines).map((rest) => `${low}${rest}`)),
    ...(firstFull <= lastFull ? [`${digitClass(firstFull, lastFull)}${anyDigits(width)}`] : []),
    ...(endsFull ? [] : sameLength(zeros, highRest).map((rest) => `${high}${rest}`)),
  ];
}

/** Patterns that together match the decimal forms of exactly the whole numbers of a range. */
export function rangePatterns({ from, to }: NumberRange): string[] {
  const [first, last] = [String(from), Number.isFinite(to) ? String(to) : undefined];
  const longest = (last ?? first).length;
  const patterns: string[] = [];
  for (let digits = first.length; digits <= longest; digits++) {
    // As text: the largest number of 16 digits is past those that are told apart.
    const low = digits === first.length ? first : `1${'0'.repeat(digits - 1)}`;
    const high = digits === last?.length ? last : '9'.repeat(digits);
    patterns.push(...sameLength(low, high));
  }
  return last === undefined ? [...patterns, `[1-9][0-9]{${longest},}`] : patterns;
}

/** One pattern that matches exactly the numbers of the ranges. */
export function numbersPattern(ranges: readonly NumberRange[]): string {
  return alternatives(ranges.flatMap(rangePatterns));
}
