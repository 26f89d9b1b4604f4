import type { Atom, Condition } from '../filter/condition';
import { escapeRegex, quote } from './literal';
import { rangePatterns, wholePatterns } from './pattern';

/** Text for which Loki's index and the evaluation in memory surely agree, whatever the case. */
const ASCII = /^[ -~]*$/;

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
      return ['(?s:.+)'];
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
  const matchers: string[] = [];
  for (const condition of conditions) {
    if (condition.kind === 'atom' && condition.negated) {
      const patterns = labels.has(condition.field) ? valuePatterns(condition) : undefined;
      if (patterns !== undefined) {
        const absent = condition.test.kind === 'present';
        matchers.push(absent ? `${condition.field}=""` : matcher(condition.field, patterns, true, folded));
      }
      continue;
    }
    for (const label of labels) {
      const patterns = constraint(condition, label);
      const present = patterns?.includes('(?s:.+)') === true;
      if (patterns !== undefined && !(present && folded)) {
        matchers.push(present ? `${label}!=""` : matcher(label, patterns, false, folded));
      }
    }
  }
  return [...new Set(matchers)];
}
