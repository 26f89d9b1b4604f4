import { OWN_RULES_GROUP, RULE_LABEL } from './labels';

/** A folder of Grafana's. */
export interface RuleFolder {
  readonly uid: string;
  readonly title: string;
}

/** What a rule on flows is made from. */
export interface RuleDraft {
  /** In plain text; Grafana allows 190 characters, what is longer is cut. */
  readonly name: string;
  /** LogQL of an instant query; each of its series is one alert. */
  readonly expr: string;
  /** Uid of the Loki data source. */
  readonly dataSourceUid: string;
  /** The stretch that each evaluation reads, in ms, and how long before it that ends. */
  readonly windowMs: number;
  readonly delayMs: number;
  /** Fires above it. */
  readonly threshold: number;
  /** Templates, see `template.ts`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Left to the person where left out. */
  readonly folder?: RuleFolder;
}

interface RuleQuery {
  readonly refId: string;
  readonly queryType: string;
  readonly datasourceUid: string;
  /** Seconds before the evaluation. */
  readonly relativeTimeRange?: { readonly from: number; readonly to: number };
  readonly model: Readonly<Record<string, unknown>>;
}

/** What Grafana's rule editor takes as `defaults` (RuleFormValues of Grafana 12.2). */
export interface RuleDefaults {
  readonly type: 'grafana-alerting';
  readonly name: string;
  readonly folder?: RuleFolder;
  readonly group: string;
  readonly evaluateFor: string;
  /** False: notification policies choose whom to tell, by the labels, as for the provisioned rules. */
  readonly manualRouting: false;
  readonly queries: readonly RuleQuery[];
  readonly condition: string;
  readonly noDataState: 'OK';
  readonly execErrState: 'Error';
  readonly labels: ReadonlyArray<{ readonly key: string; readonly value: string }>;
  readonly annotations: ReadonlyArray<{ readonly key: string; readonly value: string }>;
}

/** Grafana's limit for the title of a rule, in characters. */
const LONGEST_NAME = 190;

const EXPRESSION = { type: '__expr__', uid: '__expr__' } as const;

function expression(refId: string, model: Readonly<Record<string, unknown>>): RuleQuery {
  return {
    refId,
    queryType: 'expression',
    datasourceUid: EXPRESSION.uid,
    model: { refId, datasource: EXPRESSION, ...model },
  };
}

/**
 * A rule as Grafana's editor opens it: the query, its last value, and the threshold. No data is Normal, for where no
 * such flows are there is nothing to tell; a query that fails shows as Error.
 */
export function ruleDefaults(draft: RuleDraft): RuleDefaults {
  const { expr, dataSourceUid, windowMs, delayMs, threshold } = draft;
  const pairs = (record: Readonly<Record<string, string>>) =>
    Object.entries(record).map(([key, value]) => ({ key, value }));
  return {
    type: 'grafana-alerting',
    name: [...draft.name].slice(0, LONGEST_NAME).join(''),
    ...(draft.folder !== undefined && { folder: draft.folder }),
    group: OWN_RULES_GROUP,
    evaluateFor: '1m',
    manualRouting: false,
    queries: [
      {
        refId: 'A',
        queryType: 'instant',
        datasourceUid: dataSourceUid,
        // The query has its range itself; this is what Grafana shows around it.
        relativeTimeRange: { from: Math.ceil((windowMs + delayMs) / 1000), to: 0 },
        model: {
          refId: 'A',
          datasource: { type: 'loki', uid: dataSourceUid },
          editorMode: 'code',
          expr,
          queryType: 'instant',
          instant: true,
          range: false,
        },
      },
      expression('B', { type: 'reduce', expression: 'A', reducer: 'last' }),
      expression('C', {
        type: 'threshold',
        expression: 'B',
        conditions: [{ type: 'query', evaluator: { type: 'gt', params: [threshold] } }],
      }),
    ],
    condition: 'C',
    noDataState: 'OK',
    execErrState: 'Error',
    labels: pairs({ ...RULE_LABEL, severity: 'warning' }),
    annotations: pairs(draft.annotations),
  };
}
