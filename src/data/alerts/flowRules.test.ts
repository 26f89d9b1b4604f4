import { flowRules, matchingRules, type FlowRule } from './flowRules';

const ALERT = {
  labels: { alertname: 'Telnet', app: 'netobserv-flows', DstPort: '23', SrcK8S_Namespace: 'shop' },
  annotations: {
    summary: 'shop/catalog talks to port 23',
    flows: 'http://grafana/a/netobserv-flows-app/flows?filter=dst_port%3D23',
  },
  state: 'Alerting',
  activeAt: '2026-05-04T12:00:00Z',
};

const RULE = {
  uid: 'telnet',
  name: 'Telnet',
  state: 'firing',
  health: 'ok',
  labels: { app: 'netobserv-flows', severity: 'warning' },
  annotations: {
    runbook: 'Ask who owns it.',
    flows:
      '{{ externalURL }}a/netobserv-flows-app/flows?from=now-2h{{ with $labels.DstPort }}&filter={{ urlquery . }}{{ end }}',
  },
  query: 'sum(1)',
  lastEvaluation: '2026-05-04T12:05:00Z',
  provenance: 'file',
  totals: { alerting: 1, normal: 7 },
  alerts: [ALERT, { ...ALERT, state: 'Normal', labels: { DstPort: '80' } }],
};

const answer = (...rules: object[]) => ({
  status: 'success',
  data: { groups: [{ name: 'Traffic', file: 'Network Observability', interval: 60, rules }] },
});
const only = (rule: object): FlowRule => flowRules(answer(rule))[0]!;

describe('a rule as the page shows it', () => {
  it('says how it stands, since when, and what to do', () => {
    expect(only(RULE)).toEqual({
      uid: 'telnet',
      name: 'Telnet',
      folder: 'Network Observability',
      group: 'Traffic',
      state: 'firing',
      severity: 'warning',
      sinceMs: Date.UTC(2026, 4, 4, 12),
      evaluatedMs: Date.UTC(2026, 4, 4, 12, 5),
      everyMs: 60_000,
      error: undefined,
      description: undefined,
      runbook: 'Ask who owns it.',
      query: 'sum(1)',
      flows: 'from=now-2h',
      provisioned: true,
      alertCount: 1,
      alerts: [
        {
          id: expect.any(String) as string,
          state: 'firing',
          summary: 'shop/catalog talks to port 23',
          sinceMs: Date.UTC(2026, 4, 4, 12),
          flows: 'filter=dst_port%3D23',
        },
      ],
    });
  });

  it.each([
    [{ state: 'firing', health: 'ok' }, 'firing'],
    [{ state: 'firing', health: 'error' }, 'firing'],
    [{ state: 'pending', health: 'ok' }, 'pending'],
    [{ state: 'pending', health: 'error' }, 'error'],
    [{ state: 'recovering', health: 'ok' }, 'recovering'],
    [{ state: 'inactive', health: 'error' }, 'error'],
    [{ state: 'inactive', health: 'nodata' }, 'nodata'],
    [{ state: 'inactive', health: 'ok' }, 'normal'],
    [{ state: 'inactive', health: 'unknown' }, 'normal'],
    [{ state: 'firing', isPaused: true }, 'paused'],
    [{}, 'normal'],
  ] as const)('%j is %s', (said, state) => {
    expect(only({ uid: 'r', name: 'r', labels: { app: 'netobserv-flows' }, ...said }).state).toBe(state);
  });

  it('is told by our label alone, wherever it is', () => {
    const rules = flowRules(
      answer(
        { ...RULE, labels: { app: 'other' } },
        { ...RULE, labels: {} },
        { ...RULE, uid: 'own', provenance: undefined, labels: { app: 'netobserv-flows' } }
      )
    );
    expect(rules.map(({ uid, provisioned }) => [uid, provisioned])).toEqual([['own', false]]);
  });

  it('was not evaluated where Grafana names the year 1', () => {
    expect(only({ ...RULE, lastEvaluation: '0001-01-01T00:00:00Z' }).evaluatedMs).toBeUndefined();
  });

  it('names an alert by its own labels where it has no summary', () => {
    expect(only({ ...RULE, alerts: [{ ...ALERT, annotations: {} }] }).alerts[0]).toMatchObject({
      summary: 'DstPort=23, SrcK8S_Namespace=shop',
    });
  });

  it('takes no address from an annotation but the flow table’s', () => {
    const evil = only({
      ...RULE,
      annotations: { flows: 'javascript:alert(1)' },
      alerts: [{ ...ALERT, annotations: { flows: 'https://evil.example/a?x=1' } }],
    });
    expect([evil.flows, evil.alerts[0]?.flows]).toEqual([undefined, undefined]);
  });

  it('counts the alerts that Grafana did not hand over', () => {
    expect(only({ ...RULE, totals: { alerting: 250, pending: 3, normal: 9 } }).alertCount).toBe(253);
  });

  it.each([undefined, null, 'text', { data: 1 }, { data: { groups: [null, { rules: [null, 7, { uid: 1 }] }] } }])(
    'is none in an answer that is %j',
    (said) => {
      expect(flowRules(said)).toEqual([]);
    }
  );
});

describe('rules', () => {
  const rules = flowRules(
    answer(
      { ...RULE, uid: 'z', name: 'Zed', state: 'inactive', alerts: [] },
      {
        ...RULE,
        uid: 'a',
        name: 'Alpha',
        state: 'inactive',
        alerts: [],
        labels: { app: 'netobserv-flows', severity: 'critical' },
      },
      { ...RULE, uid: 'p', name: 'Pending', state: 'pending', alerts: [] },
      { ...RULE, uid: 'e', name: 'Broken', state: 'inactive', health: 'error', alerts: [] },
      { ...RULE, uid: 'f', name: 'Fires' }
    )
  );
  const names = (found: readonly FlowRule[]) => found.map(({ name }) => name);

  it('come in the order of how much they matter', () => {
    expect(names(rules)).toEqual(['Fires', 'Broken', 'Pending', 'Alpha', 'Zed']);
  });

  it.each([
    [{ text: '' }, ['Fires', 'Broken', 'Pending', 'Alpha', 'Zed']],
    [{ text: 'CRITICAL' }, ['Alpha']],
    [{ text: 'catalog port' }, ['Fires']],
    [{ text: '', state: 'normal' }, ['Alpha', 'Zed']],
    [{ text: 'zed', state: 'firing' }, []],
  ] as const)('are found by %j', (filter, expected) => {
    expect(names(matchingRules(rules, filter))).toEqual(expected);
  });
});
