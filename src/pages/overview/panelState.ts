import type { ExplainedError } from '../../data/lokiErrors';
import type { RecordSource } from '../../flow';
import type { SeriesPlan, TopsPlan } from '../../flow/plan';
import type { Outcome, TopsOutcomes } from './OverviewView';
import type { Answers, Look, PanelRecipe } from './recipe';
import type { CourseAnswer } from '../../data/plan/answerCourse';

/** What has been answered so far. */
export interface Outcomes {
  readonly now: TopsOutcomes;
  readonly before: TopsOutcomes;
  readonly course?: Outcome<CourseAnswer>;
  readonly compared: boolean;
  readonly timeZone: string;
  readonly recordSource?: RecordSource;
}

/** Where figures come from, and the query that they are the answer to. */
export type ShownPlan = TopsPlan | SeriesPlan;

/** How far a panel is: awaited, failed, or what it shows and the plans that its figures come from. */
export type Shown =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: ExplainedError }
  | { readonly kind: 'shown'; readonly look: Look; readonly plans: readonly ShownPlan[] };

/** Makes of what was answered what a panel shows; it waits for all that it asked for. */
export function panelShown(recipe: PanelRecipe, outcomes: Outcomes): Shown {
  const { now, before, course, compared, timeZone, recordSource } = outcomes;
  const asks = [...recipe.asks, ...(recipe.context ?? [])];
  const needed = [
    ...asks.map((ask) => now.get(ask)),
    ...recipe.asks.flatMap((ask) => (compared && ask.before !== undefined ? [before.get(ask)] : [])),
    ...(recipe.course === true ? [course] : []),
  ];
  const failed = needed.find((one) => one !== undefined && 'error' in one);
  if (failed !== undefined && 'error' in failed) {
    return { kind: 'failed', error: failed.error };
  }
  if (needed.includes(undefined)) {
    return { kind: 'loading' };
  }
  const answers: Answers = {
    of: (ask) => {
      const [own, earlier] = [now.get(ask), compared ? before.get(ask) : undefined];
      if (own === undefined || !('answer' in own)) {
        throw new Error(`The panel ${recipe.id} does not say that it asks by ${ask.groupBy.join(', ')}`);
      }
      return { now: own.answer, ...(earlier !== undefined && 'answer' in earlier && { before: earlier.answer }) };
    },
    course: () => {
      if (course === undefined || !('answer' in course)) {
        throw new Error(`The panel ${recipe.id} does not say that it asks for the course`);
      }
      return course.answer;
    },
    compared,
    timeZone,
    recordSource,
  };
  const plans: ShownPlan[] = asks.map((ask) => answers.of(ask).now.plan);
  return {
    kind: 'shown',
    look: recipe.look(answers),
    plans: recipe.course === true ? [...plans, answers.course().plan] : plans,
  };
}
