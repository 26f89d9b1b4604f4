import type { Filter } from '../../flow';

/** Which flows are behind a figure: these filters, besides those of the page. */
export interface FlowsBehind {
  readonly filters: readonly Filter[];
  /** Take flows with both ends swapped too. */
  readonly bidirectional?: boolean;
  /** Names of quick filters that must hold too. */
  readonly quick?: readonly string[];
  /** Of this stretch of time alone, in ms since the Unix epoch. */
  readonly span?: { readonly fromMs: number; readonly toMs: number };
}

/**
 * How a figure compares with that of the period before: as a share of it (0.5 means half as much again), `new` where
 * there was nothing before.
 */
export type Change = number | 'new';

/** One figure of a panel. */
export interface Figure {
  readonly title: string;
  /** What it is of, in a sentence. */
  readonly description: string;
  /** In words for people: `12.4 GB`. */
  readonly value: string;
  readonly bytes: number;
  /** In bytes a second. */
  readonly rate: number;
  /** What stands below it, such as the rate. */
  readonly detail?: string;
  readonly change?: Change;
  readonly behind: FlowsBehind;
}

/** One part of a row's figure. */
export interface RowPart {
  readonly title: string;
  /** In the row's unit; absent where it is not known, being smaller than those that were asked for. */
  readonly value?: number;
}

/** One row of a list of the largest. */
export interface Row {
  /** Distinct in its list. */
  readonly id: string;
  readonly name: string;
  /** What stands before the name, such as its namespace. */
  readonly scope?: string;
  /** What it is, such as `Deployment`. */
  readonly kind?: string;
  /** The figure, in the parts that it is made of. */
  readonly parts: readonly RowPart[];
  /** True where a part is not known. */
  readonly atLeast?: boolean;
  readonly change?: Change;
  /** Absent where no filter finds the flows, as of things that are told together. */
  readonly behind?: FlowsBehind;
}

/** The figure of a row: the sum of its parts, as far as they are known. */
export function rowValue({ parts }: Pick<Row, 'parts'>): number {
  return parts.reduce((sum, { value = 0 }) => sum + value, 0);
}

/** One hour of a day, or of a day of the week, and how busy it was. */
export interface HourCell {
  /** In which it begins, 0 to 23, in the page's time zone. */
  readonly hour: number;
  /** What the clock shows then: `14:00`; `14:30` where the time zone is half an hour off UTC's hours. */
  readonly begins: string;
  readonly ends: string;
  /** In words: `Mon 14:00–15:00`. */
  readonly title: string;
  /** Mean rate in bytes a second. */
  readonly rate: number;
  /** The latest stretch of time that it stands for, in ms since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A day, or a day of the week, and its hours as far as they are in the time range. */
export interface HourRow {
  readonly name: string;
  readonly cells: readonly HourCell[];
}
