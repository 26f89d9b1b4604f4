import type { FieldName } from '@netobserv-flows/schema';
import type { Atom, Test } from '../filter/condition';
import { caseVariants } from '../values/folding';
import { alternatives, escapeRegex, quote } from './literal';
import { numbersPattern } from './pattern';

/*
 * Fields that hold lists. Loki's JSON parser gives them as the text of the whole array, with the escapes inside the
 * strings undone, so that `["a\",\"b"]` and `["a","b"]` look the same. Lists are therefore taken from the line as they
 * are written, by a regular expression, and compared in that form.
 */

/** One character of a JSON string as written. */
const CHARACTER = String.raw`(?:[^"\\]|\\[^u]|\\u[0-9a-fA-F]{4})`;
const ANY = `${CHARACTER}*`;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  '\b': 'b',
  '\f': 'f',
  '\n': 'n',
  '\r': 'r',
  '\t': 't',
};

/** Characters that some JSON writer escapes: Go's also writes `<`, `>`, `&`, U+2028 and U+2029 as `\u…`. */
const ESCAPED = /["\\/<>&'\u0000-\u001f\u007f\u2028\u2029]/;
const MUST_ESCAPE = /["\\\u0000-\u001f]/;

/** The ways in which a JSON writer may write a character, as a pattern. */
function writtenAs(character: string): string {
  if (!ESCAPED.test(character)) {
    return escapeRegex(character);
  }
  const hex = character.charCodeAt(0).toString(16).padStart(4, '0');
  const digits = Array.from(hex, (digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit)).join(
    ''
  );
  const short = SHORT_ESCAPES[character];
  return alternatives([
    ...(MUST_ESCAPE.test(character) ? [] : [escapeRegex(character)]),
    ...(short === undefined ? [] : [`\\\\${escapeRegex(short)}`]),
    `\\\\u${digits}`,
  ]);
}

function elementPattern(test: Test): string {
  if (test.kind === 'number') {
    return numbersPattern(test.ranges);
  }
  if (test.kind !== 'text') {
    return `"${CHARACTER}+"`;
  }
  const before = test.how === 'contains' || test.how === 'ends' ? ANY : '';
  const after = test.how === 'contains' || test.how === 'starts' ? ANY : '';
  const texts = test.values.map((value) =>
    Array.from(value, (character) =>
      alternatives((test.fold ? caseVariants(character) : [character]).map(writtenAs))
    ).join('')
  );
  return `"${before}${alternatives(texts)}${after}"`;
}

/** The label that a list's text is put under. */
export function listLabel(field: FieldName): string {
  return `${field}_list`;
}

/** The parser stage that takes a list from the line. */
export function listStage(field: FieldName, kind: 'text' | 'number'): string {
  const element = kind === 'text' ? `"${ANY}"` : '[0-9]+';
  return `regexp ${quote(`"${field}":\\[(?P<${listLabel(field)}>(?:${element},?)*)\\]`)}`;
}

/** A label filter on a list: whether one of its elements meets the test. */
export function listFilter({ field, list, negated, test }: Atom): string {
  const other = list === 'text' ? `"${ANY}"` : '[0-9]+';
  if (test.kind === 'present' && list === 'number') {
    return `${listLabel(field)}${negated ? '=' : '!='}""`;
  }
  const pattern = `^(?:${other},)*${elementPattern(test)}(?:,${other})*$`;
  return `${listLabel(field)}${negated ? '!' : '='}~${quote(pattern)}`;
}
