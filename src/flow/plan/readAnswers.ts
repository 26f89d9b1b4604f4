import type { FieldName } from '@netobserv-flows/schema';
import { conditionHolds } from '../filter/evaluate';
import type { InstantSeries } from './combine';
import type { Reading } from './together';
import type { TopsPlan } from './types';

/** The answer to one of a reading's questions: its groups, largest first, and whether these are all. */
export interface ReadAnswer {
  readonly question: number;
  readonly plan: TopsPlan;
  readonly groups: readonly InstantSeries[];
  readonly complete: boolean;
}

/** Tells the answers of a reading apart. */
export function answersOf({ questions, plans, conditions }: Reading, groups: readonly InstantSeries[]): ReadAnswer[] {
  return questions.map((question, index) => {
    const plan = plans[index]!;
    const condition = conditions?.[index];
    if (condition === undefined) {
      const complete = plan.view.groupBy.length === 0 || groups.length < plan.maxSeries;
      return { question, plan, groups, complete };
    }
    const own = groups.filter(({ labels }) => conditionHolds(condition, labels));
    return { question, plan, groups: summedBy(plan.view.groupBy, own), complete: true };
  });
}

/** Sums of groups by some of their fields, largest first. */
function summedBy(fields: readonly FieldName[], groups: readonly InstantSeries[]): InstantSeries[] {
  const sums = new Map<string, { labels: Record<string, string>; value: number }>();
  for (const { labels, value } of groups) {
    const values = fields.map((field) => labels[field] ?? '');
    const key = JSON.stringify(values);
    const known = sums.get(key);
    if (known === undefined) {
      const named = fields.flatMap((field, index) => (values[index] === '' ? [] : [[field, values[index]!] as const]));
      sums.set(key, { labels: Object.fromEntries(named), value });
    } else {
      known.value += value;
    }
  }
  return [...sums.values()].sort((a, b) => b.value - a.value);
}
