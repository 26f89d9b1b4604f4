import type { FieldName } from '@netobserv-flows/schema';
import type { Figure, FlowsBehind, HourRow, Row } from '../../components/panels/types';
import type { CourseAnswer } from '../../data/plan/answerCourse';
import type { TopsAnswer } from '../../data/plan/answerTops';
import { NO_FILTERS, type Filter, type FilterSet, type RecordSource } from '../../flow';
import type { Measure } from '../../flow/plan';

/** What a panel needs to know. Panels that ask the same share one object, and so one answer. */
export interface Ask {
  readonly groupBy: readonly FieldName[];
  readonly measure: Measure;
  /** Which flows it is about, besides the page's filters. */
  readonly about?: FilterSet;
  /** Largest groups wanted; all panels' together are what three requests can hold (see `questions.ts`). */
  readonly limit: number;
  /** Largest groups wanted of the period before; absent where they are not asked for. */
  readonly before?: number;
  /** What it sums up, as the name of a rule that watches it; absent where there is nothing to watch. */
  readonly watched?: string;
  /** Whether a rule that watches it fires for any traffic at all, rather than above what is usual. */
  readonly anyFires?: boolean;
}

/** What was answered to an {@link Ask}. */
export interface Answered {
  readonly now: TopsAnswer;
  /** Absent where the period before is not asked for. */
  readonly before?: TopsAnswer;
}

/** What a panel is made from. */
export interface Answers {
  of(ask: Ask): Answered;
  /** For panels with `course`. */
  course(): CourseAnswer;
  /** Whether the page compares with the period before. */
  readonly compared: boolean;
  /** Of the page: `utc`, `browser`, or a name such as `Europe/Prague`. */
  readonly timeZone: string;
  /** Whose collector wrote the flows. */
  readonly recordSource?: RecordSource;
}

/** What a panel shows. */
export type Look = {
  /** The answer in a sentence. */
  readonly headline?: string;
} & (
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  /** Drawn from the answer itself; empty where it has no traffic. */
  | { readonly kind: 'course'; readonly empty: boolean }
  | { readonly kind: 'hours'; readonly days: readonly HourRow[] }
);

/** A panel: the question that it answers, what it asks for that, and how it shows the answer. */
export interface PanelRecipe {
  /** Short; names the panel in the URL. */
  readonly id: string;
  /** The question. */
  readonly title: string;
  /** What is counted, and how. */
  readonly description: string;
  readonly asks: readonly Ask[];
  /** What it asks besides, of now alone, to put its figures into proportion: nothing of it is watched or taken along. */
  readonly context?: readonly Ask[];
  /** Needs the course of traffic over time. */
  readonly course?: boolean;
  /** Is empty without the period before. */
  readonly comparing?: boolean;
  /** Takes the page's whole width, or the room of two panels. */
  readonly wide?: 'page' | 'two';
  /** What it means where nothing is found. */
  readonly none?: string;
  look(answers: Answers): Look;
}

/** Filters that must all hold. */
export function only(...filters: readonly Filter[]): FilterSet {
  return { ...NO_FILTERS, filters };
}

/** The flows that meet all of some filters. */
export function behind(...filters: readonly Filter[]): FlowsBehind {
  return { filters };
}

/** The flows of which one end, whichever it is, meets all of some filters: several of them would else be met by one each. */
export function behindOneEnd(...filters: readonly Filter[]): FlowsBehind {
  return { filters: filters.map((filter) => ({ ...filter, side: 'src' })), bidirectional: true };
}
