import { rangeUtil } from '@grafana/data';
import { NO_FILTERS } from '../../flow';
import type { PlanSource } from '../../flow/plan';
import { dashboardPanel } from './dashboardPanel';
import type { PanelSubject, SubjectQuery } from './panelSubject';

const NOW = Date.UTC(2026, 4, 4, 12, 7);
const SOURCE: PlanSource = {
  labels: ['app', 'SrcK8S_Namespace', 'DstK8S_Namespace', 'FlowDirection'],
  recordSource: 'own',
  rollups: [{ level: 'workload', tier: '10m', sinceMs: 0, untilMs: NOW, folded: 'none', keys: 100 }],
};

const sent: SubjectQuery = {
  name: 'Sent',
  view: { groupBy: ['SrcK8S_Namespace'], measure: 'Bytes', filters: NO_FILTERS },
  limit: 40,
};
const received: SubjectQuery = {
  name: 'Received',
  view: { groupBy: ['DstK8S_Namespace'], measure: 'Bytes', filters: NO_FILTERS },
  limit: 40,
};
const SUBJECT: PanelSubject = {
  title: 'Which namespaces have the most traffic?',
  description: 'Bytes.',
  windowMs: 6 * 3_600_000,
  shape: 'table',
  queries: [sent, received],
  flows: [['filter', 'proto=tcp']],
};

interface Made {
  readonly type: string;
  readonly title: string;
  readonly interval?: string;
  readonly maxDataPoints?: number;
  readonly targets: ReadonlyArray<{ readonly refId: string; readonly expr: string; readonly queryType: string }>;
  readonly transformations: ReadonlyArray<{ readonly id: string; readonly options: Record<string, unknown> }>;
  readonly links: ReadonlyArray<{ readonly url: string }>;
}

const make = (subject: Partial<PanelSubject> = {}) =>
  dashboardPanel({ ...SUBJECT, ...subject }, { uid: 'loki-1', source: SOURCE, nowMs: NOW }) as unknown as Made;

describe('a panel for a dashboard', () => {
  it('asks the data source of the page, over the range of the dashboard', () => {
    const made = make();
    expect(made).toMatchObject({ type: 'table', datasource: { type: 'loki', uid: 'loki-1' } });
    expect(made.targets.map(({ refId, queryType }) => [refId, queryType])).toEqual([
      ['A', 'instant'],
      ['B', 'instant'],
    ]);
    made.targets.forEach(({ expr }) => expect(expr).toContain('[$__range]'));
  });

  it('puts what is sent and received into one row each, by labels without a side', () => {
    const { targets, transformations } = make();
    expect(targets[0]?.expr).toMatch(/^label_replace\(.*"K8S_Namespace", "\\x241", "SrcK8S_Namespace", "\(\.\*\)"\)$/);
    expect(targets[1]?.expr).toMatch(/"DstK8S_Namespace", "\(\.\*\)"\)$/);
    expect(transformations.map(({ id }) => id)).toEqual(['merge', 'organize']);
    expect(transformations[1]?.options).toMatchObject({
      excludeByName: { Time: true, SrcK8S_Namespace: true, DstK8S_Namespace: true },
      renameByName: { K8S_Namespace: 'Namespace', 'Value #A': 'Sent', 'Value #B': 'Received' },
    });
  });

  it('keeps both ends of a conversation apart', () => {
    const view = { ...sent.view, groupBy: ['SrcK8S_Namespace', 'DstK8S_Namespace'] as const };
    const { targets, transformations } = make({ queries: [{ ...sent, name: 'Bytes', view }] });
    expect(targets[0]?.expr).not.toContain('label_replace');
    expect(transformations[0]?.options).toMatchObject({
      renameByName: { SrcK8S_Namespace: 'Source namespace', DstK8S_Namespace: 'Destination namespace' },
    });
  });

  it('leaves out what was there before, for what is new', () => {
    const { targets } = make({ queries: [{ ...sent, onlyNew: true }] });
    expect(targets[0]?.expr).toMatch(/\[\$__range\].* unless topk\(500, .*\[\$__range\] offset \$__range/);
  });

  it('is of rates, in steps that sums have, over time', () => {
    const total = { ...sent, name: 'In', view: { ...sent.view, groupBy: [] } };
    const made = make({ shape: 'course', queries: [total] });
    expect(made).toMatchObject({ type: 'timeseries', interval: '600s' });
    expect(made.targets[0]).toMatchObject({ queryType: 'range', legendFormat: 'In' });
    expect(make({ shape: 'course', queries: [total], leastStepMs: 3_600_000 }).interval).toBe('3600s');
  });

  it('has steps of whole sums over any range up to a month, whatever its width', () => {
    const { interval, maxDataPoints = 620 } = make({ shape: 'course', queries: [sent] });
    const steps = Array.from({ length: 31 * 24 }, (_, hours) => {
      const from = NOW - (hours + 1) * 3_600_000;
      const range = { from: new Date(from), to: new Date(NOW), raw: { from: '', to: '' } };
      return rangeUtil.calculateInterval(range as never, maxDataPoints, interval).intervalMs;
    });
    expect(new Set(steps)).toEqual(new Set([600_000]));
  });

  it('has as many points as it is wide where it reads flows, which have no length of their own', () => {
    const source = { ...SOURCE, rollups: [] };
    const subject = { ...SUBJECT, shape: 'course', queries: [sent] } as const;
    expect(dashboardPanel(subject, { uid: 'loki-1', source, nowMs: NOW })).not.toHaveProperty('maxDataPoints');
  });

  it('takes what people typed for text, never for a variable of the dashboard', () => {
    const hostile = 'a" or $__range ${x} [[y]]';
    const filters = {
      ...NO_FILTERS,
      filters: [{ field: 'K8S_OwnerName', side: 'src', comparison: 'equals', values: [hostile] }],
    } as const;
    const view = { ...sent.view, filters };
    const made = make({ title: `x ${hostile}`, queries: [{ ...sent, view }], flows: [['filter', hostile]] });
    const quoted = [...(made.targets[0]?.expr ?? '').matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/g)].map(([text]) => text);
    expect(quoted.some((text) => text.includes('__range'))).toBe(true);
    quoted.forEach((text) => expect(text).not.toMatch(/\$|\[\[/));
    expect(made.title).not.toMatch(/\$[\w{]|\[\[/);
    const [address = ''] = made.links.map(({ url }) => url);
    expect(address.replace(/&\$\{__url_time_range\}$/, '')).not.toContain('$');
    expect(new URL(address.replace(/&\$.*/, ''), 'http://g').searchParams.get('filter')).toBe(hostile);
  });
});
