import { isServicePort, ROLLUP_LEVELS, type FieldName, type Kept, type RollupLevel } from '@netobserv-flows/schema';
import { filterSetCondition, type Atom, type Condition } from '../filter/condition';
import type { FlowView, RollupCoverage } from './types';

/** Whether a level of rollups can answer a view exactly; where not, what it lacks, in words. */
export type Answers = { readonly ok: true; readonly exact: boolean } | { readonly ok: false; readonly lacks: string };

/** Ports in a range of which it is looked up whether rollups keep each. */
const MAX_PORTS = 200;

/** The atoms of a condition. */
export function atomsOf(condition: Condition): Atom[] {
  return condition.kind === 'atom' ? [condition] : condition.of.flatMap(atomsOf);
}

/** The conditions that must all hold. */
export function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === 'all' ? condition.of.flatMap(conjuncts) : [condition];
}

/** Whether whatever meets the condition has an end outside the cluster, on one side or, without a side, on either. */
function impliesOutside(condition: Condition, side?: 'Src' | 'Dst'): boolean {
  if (condition.kind === 'atom') {
    const { field, negated, test } = condition;
    const ofSide = side === undefined ? /^(Src|Dst)K8S_Type$/.test(field) : field === `${side}K8S_Type`;
    return ofSide && negated && test.kind === 'present';
  }
  return condition.kind === 'all'
    ? condition.of.some((part) => impliesOutside(part, side))
    : condition.of.length > 0 && condition.of.every((part) => impliesOutside(part, side));
}

const sideOf = (field: FieldName) => (field.startsWith('Src') ? 'Src' : 'Dst');

/** Whether the level keeps the value of a field in all flows that meet the condition. */
function keepsAll(kept: Kept | undefined, field: FieldName, condition: Condition): boolean {
  return kept === 'always' || (kept === 'outside' && impliesOutside(condition, sideOf(field)));
}

/** Whether an atom holds of the key of a level exactly where it holds of the flows. */
function decides(level: RollupLevel, atom: Atom, condition: Condition): boolean {
  const kept = level.fields[atom.field];
  if (kept !== 'servicePort') {
    return keepsAll(kept, atom.field, condition);
  }
  // A port that is left out is another than the ones asked for, as long as those are all kept.
  return (
    atom.test.kind === 'number' &&
    atom.test.ranges.every(
      ({ from, to }) =>
        to - from < MAX_PORTS && Array.from({ length: to - from + 1 }, (_, index) => from + index).every(isServicePort)
    )
  );
}

/**
 * Whether the rollups of a coverage give the answer that flows would.
 * @param condition what the view's filters ask.
 */
export function answers(coverage: RollupCoverage, view: FlowView, condition: Condition): Answers {
  const level = ROLLUP_LEVELS[coverage.level];
  if (level.covers === 'outside' && !impliesOutside(condition)) {
    return { ok: false, lacks: 'traffic within the cluster' };
  }
  const missing = view.groupBy.find((field) => !keepsAll(level.fields[field], field, condition));
  if (missing !== undefined) {
    return { ok: false, lacks: missing };
  }
  const atoms = atomsOf(condition);
  const undecided = atoms.find((atom) => !decides(level, atom, condition));
  if (undecided !== undefined) {
    return { ok: false, lacks: undecided.field };
  }
  const survives = (field: FieldName) =>
    coverage.folded === 'none' || (coverage.folded === 'detail' && level.keptInFold.includes(field));
  const folded = atoms.find(({ field }) => !survives(field));
  if (folded !== undefined) {
    return { ok: false, lacks: `${folded.field} of the smallest keys, which were folded` };
  }
  return { ok: true, exact: view.groupBy.every(survives) };
}

/** What a view's filters ask. @throws FilterError for a filter that `validateFilter` refuses. */
export function conditionOf({ filters, also = [] }: FlowView): Condition {
  const [only, ...others] = [filters, ...also].map(filterSetCondition);
  return others.length === 0 ? only! : { kind: 'all', of: [only!, ...others] };
}
