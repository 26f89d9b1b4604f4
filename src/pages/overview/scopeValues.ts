import type { FieldName } from '@netobserv-flows/schema';
import { answerTops, type TopsAnswer } from '../../data/plan/answerTops';
import { planSource, timeRangeOf } from '../../data/plan/planSource';
import { suggestedValues } from '../../data/suggestions';
import { NO_FILTERS } from '../../flow';
import type { FlowView, PlanSource, TimeSpan } from '../../flow/plan';
import { isFolded, sided } from './groups';
import { SCOPE_INFO, scopeName, type ScopeKind } from './scope';

/** Largest groups asked for of each side: together they are what Loki gives in one answer. */
const MOST_OF_SIDE = 250;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function fieldsOf(kind: ScopeKind, side: 'Src' | 'Dst'): FieldName[] {
  const { field, namespaced } = SCOPE_INFO[kind];
  return sided(side, ...(namespaced ? ['K8S_Namespace'] : []), field);
}

/** The names of one side's groups, as {@link scopeName} writes them. */
function namesIn(kind: ScopeKind, { groups }: TopsAnswer, fields: readonly FieldName[]): string[] {
  // What is folded together has no name.
  return groups
    .filter((group) => !isFolded(group))
    .flatMap(({ labels }) => {
      const values = fields.map((field) => labels[field] ?? '');
      const name = values.at(-1) ?? '';
      const namespace = values.length > 1 && values[0] !== '' ? values[0] : undefined;
      return name === '' ? [] : [scopeName({ kind, name, namespace })];
    });
}

async function namesWithTraffic(uid: string, kind: ScopeKind, source: PlanSource, span: TimeSpan): Promise<string[]> {
  const questions = (['Src', 'Dst'] as const).map((side) => {
    const view: FlowView = { groupBy: fieldsOf(kind, side), measure: 'Bytes', filters: NO_FILTERS };
    return { view, span, limit: MOST_OF_SIDE };
  });
  const names = new Set<string>();
  let failure: unknown;
  await answerTops({ uid, source, requests: 1 }, questions, {
    onAnswer: (index, answer) =>
      namesIn(kind, answer, questions[index]!.view.groupBy).forEach((name) => names.add(name)),
    onFailure: (_, error) => (failure = error),
  });
  if (names.size === 0 && failure !== undefined) {
    throw failure;
  }
  return [...names];
}

/**
 * Names to offer for a kind of scope, sorted: the objects with the most traffic in a stretch of time, and namespaces
 * that Loki knows besides.
 * @throws as `planSource` and `runMetric` where Loki cannot be asked.
 */
export async function scopeValues(uid: string, kind: ScopeKind, span: TimeSpan): Promise<readonly string[]> {
  const source = await planSource(uid, span, Date.now());
  const [names, known] = await Promise.all([
    namesWithTraffic(uid, kind, source, span),
    kind === 'namespace'
      ? suggestedValues('K8S_Namespace', 'either', {
          uid,
          range: timeRangeOf(span),
          labels: source.labels,
          rows: [],
        })
      : [],
  ]);
  return [...new Set([...names, ...known])].filter((name) => name !== '').sort(collator.compare);
}

/** Gives names to offer; one question to Loki for all that is typed, and another after one that failed. */
export type ScopeNames = () => Promise<readonly string[]>;

/** {@link scopeValues}, asked when it is first wanted. */
export function scopeNames(uid: string, kind: ScopeKind, span: TimeSpan): ScopeNames {
  let asked: Promise<readonly string[]> | undefined;
  return async () => {
    asked ??= scopeValues(uid, kind, span);
    try {
      return await asked;
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
}
