import { stringify } from 'yaml';
import { RULE_FOLDER, RULE_LABEL } from '../../src/flow/alerts/index';
import { LOKI_UID } from './dataSource';
import type { AlertRule } from './rules';

/** How often, and after how long; as thresholds.yaml has it where left out. */
export interface Pace {
  /** How often a group is evaluated, as Grafana writes it: `1m`. */
  readonly interval: string;
  /** How long a condition must hold, in place of each rule's own time. */
  readonly for?: string;
}

/** Seconds before the evaluation that Grafana names to the data source; instant queries have their range themselves. */
const RANGE = { from: 600, to: 0 };

/** Grafana takes queries and annotations as they are: it puts no variables of the environment into them. */
function ruleModel(rule: AlertRule, pace: Pace): object {
  return {
    uid: rule.uid,
    title: rule.title,
    condition: 'B',
    data: [
      {
        refId: 'A',
        queryType: 'instant',
        relativeTimeRange: RANGE,
        datasourceUid: LOKI_UID,
        model: { refId: 'A', queryType: 'instant', editorMode: 'code', expr: rule.expr },
      },
      {
        refId: 'B',
        relativeTimeRange: RANGE,
        datasourceUid: '__expr__',
        model: {
          refId: 'B',
          type: 'threshold',
          expression: 'A',
          conditions: [{ evaluator: { type: rule.fires.when === 'above' ? 'gt' : 'lt', params: [rule.fires.than] } }],
        },
      },
    ],
    for: pace.for ?? `${rule.forMinutes}m`,
    noDataState: rule.onNoData,
    execErrState: rule.onError,
    labels: { ...RULE_LABEL, severity: rule.severity },
    annotations: {
      summary: rule.summary,
      description: rule.description,
      runbook: rule.runbook,
      flows: rule.flows,
    },
  };
}

const HEAD = `# Generated from provisioning/alerts by \`npm run alerts\`; do not edit by hand. The thresholds are in
# provisioning/alerts/thresholds.yaml; docs/alerts.md tells what each rule is for.
`;

/** The rules as a file that Grafana provisions. */
export function rulesFile(rules: readonly AlertRule[], pace: Pace = { interval: '1m' }): string {
  const groups = [...new Set(rules.map(({ group }) => group))].map((name) => ({
    orgId: 1,
    name,
    folder: RULE_FOLDER,
    interval: pace.interval,
    rules: rules.filter(({ group }) => group === name).map((rule) => ruleModel(rule, pace)),
  }));
  return HEAD + stringify({ apiVersion: 1, groups }, { lineWidth: 0, aliasDuplicateObjects: false });
}
