import type { Atom, Condition } from '../filter/condition';
import { escapeRegex, quote } from './literal';
import { rangePatterns, wholePatterns } from './pattern';

/** Text for which Loki's index and the evaluation in memory surely agree, whatever the case. */
const ASCII = /^[ -~]*$/;

/** Any value at all. */
const PRESENT = '(?s:.+)';

/** Patterns of the label values that meet an atom (before its negation); undefined where the index cannot tell. */
function valuePatterns({ test, list }: Atom): readonly string[] | undefined {
  if (list !== undefined) {
    return undefined;
  }
  switch (test.kind) {
    case 'text':
      return test.values.every((value) => ASCII.test(value))
        ? wholePatterns(test.how, test.values, test.fold, test.how === 'equals' ? '' : '(?s:.*)')
        : undefined;
    case 'number':
      return test.ranges.flatMap(rangePatterns);
    case 'address': {
      const singles = test.ranges.flatMap(({ single }) => (single === undefined ? [] : [escapeRegex(single)]));
      return singles.length === test.ranges.length ? singles : undefined;
    }
    case 'true':
      return ['true'];
    case 'present':
      return [PRESENT];
  }
}

/** Whether the stream selector alone can decide an atom on a label that every stream carries. */
export function selectorDecides(atom: Atom): boolean {
  return valuePatterns(atom) !== undefined;
}

/** Patterns one of which the label has in every matching stream that has the label; undefined where none is sure. */
function constraint(condition: Condition, label: string): readonly string[] | undefined {
  if (condition.kind === 'atom') {
    return condition.field === label && !condition.negated ? valuePatterns(condition) : undefined;
  }
  const parts = condition.of.map((part) => constraint(part, label));
  if (condition.kind === 'all') {
    return parts.find((part) => part !== undefined);
  }
  return parts.length > 0 && parts.every((part): part is readonly string[] => part !== undefined)
    ? [...new Set(parts.flat())]
    : undefined;
}

const PLAIN = /^[\w-]+$/;

function matcher(label: string, patterns: readonly string[], negated: boolean, folded: boolean): string {
  if (negated) {
    const [only = ''] = patterns;
    return patterns.length === 1 && PLAIN.test(only)
      ? `${label}!=${quote(only)}`
      : `${label}!~${quote(patterns.join('|'))}`;
  }
  if (folded) {
    // Streams without the label may hold the field in their lines: they stay in, and the pipeline decides.
    return `${label}=~${quote([...patterns, ''].join('|'))}`;
  }
  const [only = ''] = patterns;
  return patterns.length === 1 && PLAIN.test(only)
    ? `${label}=${quote(only)}`
    : `${label}=~${quote(patterns.join('|'))}`;
}

/** The matcher of a negated atom on a label: exact, since a stream without the label meets it. */
function negatedMatcher(atom: Atom, folded: boolean): string | undefined {
  const patterns = valuePatterns(atom);
  if (patterns === undefined) {
    return undefined;
  }
  return atom.test.kind === 'present' ? `${atom.field}=""` : matcher(atom.field, patterns, true, folded);
}

/** The matcher of what a condition asks of a label wherever it holds. */
function positiveMatcher(condition: Condition, label: string, folded: boolean): string | undefined {
  const patterns = constraint(condition, label);
  if (patterns === undefined) {
    return undefined;
  }
  if (patterns.includes(PRESENT)) {
    return folded ? undefined : `${label}!=""`;
  }
  return matcher(label, patterns, false, folded);
}

/**
 * Stream matchers for conditions that must all hold, for the labels given. They leave out streams that cannot hold a
 * match, and no other.
 * @param folded whether a stream may lack a label of the list and hold the field in its lines instead.
 */
export function streamMatchers(
  conditions: readonly Condition[],
  labels: ReadonlySet<string>,
  folded: boolean
): string[] {
  const matchers = conditions.flatMap((condition) => {
    if (condition.kind === 'atom' && condition.negated) {
      return labels.has(condition.field) ? [negatedMatcher(condition, folded)] : [];
    }
    return [...labels].map((label) => positiveMatcher(condition, label, folded));
  });
  return [...new Set(matchers.filter((one): one is string => one !== undefined))];
}
