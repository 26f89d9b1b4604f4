import type { FlowView } from '../../flow/plan';

/** One query of a panel for a dashboard. */
export interface SubjectQuery {
  /** Of the series, or of the column of figures: `In`, `Sent`. */
  readonly name: string;
  readonly view: FlowView;
  /** Largest groups wanted. */
  readonly limit: number;
  /** Those groups alone that the stretch before did not have. */
  readonly onlyNew?: boolean;
}

/** What a view shows, as a panel of a dashboard can show it over whatever time range. */
export interface PanelSubject {
  readonly title: string;
  readonly description: string;
  /** Length of the range that it is made for, in ms. */
  readonly windowMs: number;
  /** Single figures, a table with a row a group, or rates over time. */
  readonly shape: 'stat' | 'table' | 'course';
  /** Those of a table all group by the same fields, but for the side. */
  readonly queries: readonly SubjectQuery[];
  /** The shortest step of rates over time, in ms; none where left out. */
  readonly leastStepMs?: number;
  /** Parameters of the flow table's address for the view's filters. */
  readonly flows: ReadonlyArray<readonly [name: string, value: string]>;
}
