import { flowTableSearch, plainText, RULE_LABEL } from '../../flow/alerts';

/** How a rule, or one of its alerts, stands. */
export type RuleStateName = 'firing' | 'error' | 'pending' | 'recovering' | 'nodata' | 'normal' | 'paused';

/** The states, those that matter most first. */
export const RULE_STATES: readonly RuleStateName[] = [
  'firing',
  'error',
  'pending',
  'recovering',
  'nodata',
  'normal',
  'paused',
];

/** One alert of a rule that is not Normal: what it is about. */
export interface AlertInstance {
  /** Distinct in its rule. */
  readonly id: string;
  readonly state: RuleStateName;
  /** What happened, as the rule's summary says it; the alert's own labels where it says nothing. */
  readonly summary: string;
  /** In ms since the Unix epoch. */
  readonly sinceMs?: number;
  /** Search string of the flow table's address; absent where the rule does not link there. */
  readonly flows?: string;
}

/** A rule on flows, and how it stands. */
export interface FlowRule {
  readonly uid: string;
  readonly name: string;
  readonly folder: string;
  readonly group: string;
  readonly state: RuleStateName;
  readonly severity?: string;
  /** Of the first alert that fires, or waits to, in ms since the Unix epoch. */
  readonly sinceMs?: number;
  /** Absent where it was not evaluated yet. */
  readonly evaluatedMs?: number;
  /** How often it is evaluated, in ms. */
  readonly everyMs: number;
  /** What Grafana says of an evaluation that failed. */
  readonly error?: string;
  readonly description?: string;
  readonly runbook?: string;
  readonly query: string;
  /** Search string of the flow table's address with the rule's own filters. */
  readonly flows?: string;
  /** True where a file provisions it: Grafana lets nobody edit it then. */
  readonly provisioned: boolean;
  /** Those alerts that are not Normal, the ones that matter most first; at most as many as were asked for. */
  readonly alerts: readonly AlertInstance[];
  /** How many alerts are not Normal in all. */
  readonly alertCount: number;
}

type Json = Readonly<Record<string, unknown>>;

const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** The text of an annotation, with signs for what only an alert fills in. */
function plain(value: unknown): string | undefined {
  const template = text(value);
  return template === undefined ? undefined : plainText(template);
}

/** A time of Grafana's, whose year 1 stands for never. */
function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return ms > 0 ? ms : undefined;
}

const ALERT_STATES: Readonly<Record<string, RuleStateName>> = {
  alerting: 'firing',
  pending: 'pending',
  recovering: 'recovering',
  error: 'error',
  nodata: 'nodata',
  normal: 'normal',
};

/** The state of an alert from Grafana's words, which may have a reason behind: `Alerting (NoData)`. */
function alertState(value: unknown): RuleStateName {
  const [, word = ''] = /^(\w+)/.exec(text(value) ?? '') ?? [];
  return ALERT_STATES[word.toLowerCase()] ?? 'normal';
}

function ruleState(rule: Json): RuleStateName {
  if (rule.isPaused === true) {
    return 'paused';
  }
  if (rule.state === 'firing') {
    return 'firing';
  }
  if (rule.health === 'error') {
    return 'error';
  }
  if (rule.state === 'pending' || rule.state === 'recovering') {
    return rule.state;
  }
  return rule.health === 'nodata' ? 'nodata' : 'normal';
}

/** Labels that all alerts of a rule have, and that tell nothing of what one is about. */
const COMMON_LABELS: readonly string[] = ['alertname', 'grafana_folder', 'app', 'severity'];

function labelsText(labels: Json): string {
  return Object.entries(labels)
    .filter(([name]) => !COMMON_LABELS.includes(name) && !name.startsWith('__'))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

function instance(value: unknown): AlertInstance {
  const alert = record(value);
  const [labels, annotations] = [record(alert.labels), record(alert.annotations)];
  const flows = flowTableSearch(text(annotations.flows) ?? '');
  const sinceMs = timeOf(alert.activeAt);
  return {
    id: JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
    state: alertState(alert.state),
    summary: text(annotations.summary) ?? (labelsText(labels) || 'All flows that the rule looks at'),
    ...(sinceMs !== undefined && { sinceMs }),
    ...(flows !== undefined && { flows }),
  };
}

const rank = (state: RuleStateName) => RULE_STATES.indexOf(state);

/** How many alerts are not Normal: Grafana counts all, and hands over only the first ones. */
function loudTotal(totals: Json, alerts: readonly AlertInstance[]): number {
  const counted = Object.entries(totals)
    .filter(([state]) => state !== 'normal')
    .reduce((sum, [, count]) => sum + number(count), 0);
  return Math.max(counted, alerts.length);
}

function flowRule(value: unknown, group: Json): FlowRule[] {
  const rule = record(value);
  const [uid, name] = [text(rule.uid), text(rule.name)];
  if (uid === undefined || name === undefined || record(rule.labels).app !== RULE_LABEL.app) {
    return [];
  }
  const annotations = record(rule.annotations);
  const alerts = list(rule.alerts)
    .map(instance)
    .filter(({ state }) => state !== 'normal')
    .sort((a, b) => rank(a.state) - rank(b.state) || (a.sinceMs ?? 0) - (b.sinceMs ?? 0));
  const state = ruleState(rule);
  const since = alerts.filter((alert) => alert.state === state).flatMap(({ sinceMs }) => sinceMs ?? []);
  const optional = {
    severity: text(record(rule.labels).severity),
    sinceMs: since.length > 0 ? Math.min(...since) : undefined,
    evaluatedMs: timeOf(rule.lastEvaluation),
    error: text(rule.lastError),
    description: plain(annotations.description),
    runbook: plain(annotations.runbook),
    flows: flowTableSearch(text(annotations.flows) ?? ''),
  };
  return [
    {
      uid,
      name,
      folder: text(group.file) ?? '',
      group: text(group.name) ?? '',
      state,
      ...optional,
      everyMs: number(group.interval) * 1000,
      query: text(rule.query) ?? '',
      provisioned: text(rule.provenance) !== undefined && rule.provenance !== 'none',
      alerts,
      alertCount: loudTotal(record(rule.totals), alerts),
    },
  ];
}

/**
 * The rules on flows, by the label that they all carry, those that matter most first.
 * @param answer what Grafana's Prometheus-compatible API says of its rules; parts of it that are not understood are
 * passed over.
 */
export function flowRules(answer: unknown): FlowRule[] {
  return list(record(record(answer).data).groups)
    .map(record)
    .flatMap((group) => list(group.rules).flatMap((rule) => flowRule(rule, group)))
    .sort((a, b) => rank(a.state) - rank(b.state) || a.name.localeCompare(b.name, 'en'));
}

/** Which rules are shown. */
export interface RuleFilter {
  /** Of this state; of any where left out. */
  readonly state?: RuleStateName;
  /** Each word is in the rule's name, folder, severity or one of its alerts, in any case. */
  readonly text: string;
}

/** The rules that a filter leaves. */
export function matchingRules(rules: readonly FlowRule[], filter: RuleFilter): FlowRule[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return rules.filter((rule) => {
    const { name, folder, group, severity, alerts } = rule;
    const all = [name, folder, group, severity, ...alerts.map(({ summary }) => summary)].join('\n').toLowerCase();
    return (filter.state === undefined || rule.state === filter.state) && words.every((word) => all.includes(word));
  });
}
